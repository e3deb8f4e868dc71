# Feeds good and broken manifests to scenarios/manifest.cmake: each broken one must be refused with a message that names
# the file and the mend. Run by ctest: cmake -DWORK=<folder to write in> -P manifest_test.cmake
cmake_minimum_required(VERSION 3.25)

if(DEFINED MANIFEST)  # the inner run: reads one manifest
  include("${CMAKE_CURRENT_LIST_DIR}/../../scenarios/manifest.cmake")
  read_manifest("${MANIFEST}")
  message("read: ${scenario}; ${summary}; ${time}; ${waiting_writer}; ${variants}; ${broken_expected}; ${broken_verified}; \
${broken_scheduling}; ${starved_after_grants}; ${steps}")
  return()
endif()

set(folder "${WORK}/races/withdraw")
file(REMOVE_RECURSE "${WORK}")
foreach(source driver broken)
  file(WRITE "${folder}/${source}.cpp" "")
endforeach()

# read(<json>): sets code and output.
function(read json)
  file(WRITE "${folder}/scenario.json" "${json}")
  execute_process(COMMAND "${CMAKE_COMMAND}" "-DMANIFEST=${folder}/scenario.json" -P "${CMAKE_CURRENT_LIST_FILE}"
    RESULT_VARIABLE code OUTPUT_VARIABLE output ERROR_VARIABLE output)
  string(REGEX REPLACE "[ \n]+" " " output "${output}")
  set(code "${code}" PARENT_SCOPE)
  set(output "${output}" PARENT_SCOPE)
endfunction()

function(accepts json text)
  read("${json}")
  string(FIND "${output}" "${text}" at)
  if(NOT code EQUAL 0 OR at EQUAL -1)
    message(FATAL_ERROR "should accept ${json}\nand print \"${text}\", but (${code}):\n${output}")
  endif()
endfunction()

function(refuses json text)
  read("${json}")
  foreach(part "${text}" "scenario.json" "To mend it:")
    string(FIND "${output}" "${part}" at)
    if(code EQUAL 0 OR at EQUAL -1)
      message(FATAL_ERROR "should refuse ${json}\nand print \"${part}\", but (${code}):\n${output}")
    endif()
  endforeach()
endfunction()

set(good [=["summary": "a; b", "group": "races"]=])
set(expect [=["expect": [{"finding": "lost-update", "object": "count"}]]=])

accepts("{${good}, \"variants\": {\"broken\": {${expect}}}}"
  "withdraw; a; b; adversarial; lets_readers_pass; broken; {{R\"snag(lost-update)snag\", R\"snag(count)snag\"}, }; no")
accepts("{${good}, \"time\": \"ideal\", \"variants\": {\"broken\": {\"expect\": [], \"verified\": \"bound 2\"}}}"
  "; ideal; lets_readers_pass; broken; {}; bound_2")
accepts("{${good}, \"waiting_writer\": \"holds_readers_back\", \"variants\": {\"broken\": {${expect}}}}"
  "; adversarial; holds_readers_back; broken;")
accepts("{${good}, \"variants\": {\"broken\": {\"expect\": []}}}" "; 100; 100000")
accepts("{${good}, \"steps\": 2000, \"variants\": {\"broken\": {\"expect\": []}}}" "; 100; 2000")
accepts("{${good}, \"variants\": {\"broken\": {\"expect\": [{\"finding\": \"deadlock\"}], \"verified\": \"exhausted\"}}}"
  "R\"snag(deadlock)snag\", R\"snag()snag\"}, }; exhausted")

accepts("{${good}, \"variants\": {\"broken\": {\"expect\": []}}}" "; std::nullopt; 100")
accepts("{${good}, \"starved_after_grants\": 8, \"variants\": {\"broken\": {\"expect\": []}}}" "; std::nullopt; 8")
set(scheduled [=["summary": "s", "group": "races", "time": "ideal"]=])
accepts("{${scheduled}, \"scheduling\": {\"policy\": \"preemptive\", \"quantum\": \"4ms\", \"aging\": \"10us\", \
\"starved_after\": \"2s\"}, \"variants\": {\"broken\": {\"expect\": []}}}"
  "Policy::preemptive, .quantum = 4000000, .aging = 10000, .starved_after = 2000000000}")
accepts("{${scheduled}, \"variants\": {\"broken\": {\"expect\": [], \"scheduling\": {\"policy\": \"non_preemptive\"}}}}"
  "Policy::non_preemptive, .quantum = 0, .aging = 0, .starved_after = 0}")
accepts("{${scheduled}, \"scheduling\": {\"policy\": \"preemptive\", \"aging\": \"1ns\"}, \"variants\": {\"broken\": \
{\"expect\": [], \"scheduling\": {\"policy\": \"preemptive\", \"quantum\": \"7ns\"}}}}"
  "Policy::preemptive, .quantum = 7, .aging = 0, .starved_after = 0}")

refuses("{${good}, \"variants\": {\"broken\": {${expect}}}" "not a JSON object")
refuses("[]" "not a JSON object")
refuses("{\"group\": \"races\", \"variants\": {\"broken\": {${expect}}}}" "no \"summary\"")
refuses("{\"summary\": 1, \"group\": \"races\", \"variants\": {\"broken\": {${expect}}}}" "not a string")
refuses("{\"summary\": \"s\", \"group\": \"order\", \"variants\": {\"broken\": {${expect}}}}" "lies in races/")
refuses("{${good}}" "no object \"variants\"")
refuses("{${good}, \"variants\": {}}" "\"variants\" is empty")
refuses("{${good}, \"variant\": {}, \"variants\": {\"broken\": {${expect}}}}" "unknown key \"variant\"")
refuses("{${good}, \"time\": \"real\", \"variants\": {\"broken\": {${expect}}}}" "\"time\" is \"real\"")
refuses("{${good}, \"waiting_writer\": \"first\", \"variants\": {\"broken\": {${expect}}}}"
  "\"waiting_writer\" is \"first\"")
refuses("{${good}, \"steps\": \"many\", \"variants\": {\"broken\": {${expect}}}}" "\"steps\" is many")
refuses("{${good}, \"steps\": 0, \"variants\": {\"broken\": {${expect}}}}" "\"steps\" is 0")
refuses("{${good}, \"steps\": 1.5, \"variants\": {\"broken\": {${expect}}}}" "\"steps\" is 1.5")
refuses("{${good}, \"variants\": {\"broken\": {}}}" "no list \"expect\"")
refuses("{${good}, \"variants\": {\"broken\": []}}" "is not an object")
refuses("{${good}, \"variants\": {\"Broken\": {${expect}}}}" "is not a name")
refuses("{${good}, \"variants\": {\"broken\": {${expect}}, \"fixed\": {\"expect\": []}}}" "needs fixed.cpp")
refuses("{${good}, \"variants\": {\"broken\": {${expect}, \"verified\": \"yes\"}}}" "\"verified\": \"yes\"")
refuses("{${good}, \"variants\": {\"broken\": {\"expect\": [{\"finding\": \"lostupdate\"}]}}}" "unknown finding \"lostupdate\"")
refuses("{${good}, \"variants\": {\"broken\": {\"expect\": [{\"object\": \"count\"}]}}}" "no \"finding\"")
refuses("{${good}, \"variants\": {\"broken\": {\"expect\": [\"lost-update\"]}}}" "not an object")

# refuses_scheduling(<scheduling> <text>): refuses the scheduling of an otherwise good manifest.
function(refuses_scheduling scheduling text)
  refuses("{${scheduled}, \"scheduling\": ${scheduling}, \"variants\": {\"broken\": {\"expect\": []}}}" "${text}")
endfunction()
refuses_scheduling("\"preemptive\"" "\"scheduling\" of the manifest is not an object")
refuses_scheduling("{}" "has no \"policy\"")
refuses_scheduling("{\"policy\": \"fair\"}" "\"policy\" of \"scheduling\" of the manifest is \"fair\"")
refuses_scheduling("{\"policy\": \"preemptive\", \"slice\": \"4ms\"}" "unknown key \"slice\"")
refuses_scheduling("{\"policy\": \"preemptive\", \"quantum\": 4}" "\"quantum\" of \"scheduling\" of the manifest is not a string")
refuses_scheduling("{\"policy\": \"preemptive\", \"aging\": \"4 hours\"}" "is \"4 hours\"")
refuses_scheduling("{\"policy\": \"preemptive\", \"aging\": \"0ms\"}" "is \"0ms\"")
refuses_scheduling("{\"policy\": \"preemptive\", \"aging\": \"0ns\"}" "is \"0ns\"")
refuses_scheduling("{\"policy\": \"preemptive\", \"starved_after\": \"12345678901s\"}" "longer than the clocks can tell")
refuses_scheduling("{\"policy\": \"non_preemptive\", \"quantum\": \"4ms\"}" "has a \"quantum\" without preemption")
refuses("{${good}, \"scheduling\": {\"policy\": \"preemptive\"}, \"variants\": {\"broken\": {\"expect\": []}}}"
  "needs ideal time")
refuses("{${good}, \"variants\": {\"broken\": {\"expect\": [], \"scheduling\": {\"policy\": \"preemptive\"}}}}"
  "needs ideal time")
refuses("{${good}, \"starved_after_grants\": 0, \"variants\": {\"broken\": {\"expect\": []}}}" "\"starved_after_grants\" is \"0\"")
file(WRITE "${folder}/forgotten.cpp" "")
refuses("{${good}, \"variants\": {\"broken\": {${expect}}}}" "forgotten.cpp lies beside it")

file(REMOVE_RECURSE "${WORK}")
message("all manifests read or refused as they should be")
