# Feeds good and broken manifests to scenarios/manifest.cmake: each broken one must be refused with a message that names
# the file and the mend. Run by ctest: cmake -DWORK=<folder to write in> -P manifest_test.cmake
cmake_minimum_required(VERSION 3.25)

if(DEFINED MANIFEST)  # the inner run: reads one manifest
  include("${CMAKE_CURRENT_LIST_DIR}/../../scenarios/manifest.cmake")
  read_manifest("${MANIFEST}")
  message("read: ${scenario}; ${summary}; ${time}; ${variants}; ${broken_expected}; ${broken_verified}; ${steps}")
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
  "withdraw; a; b; adversarial; broken; {{R\"snag(lost-update)snag\", R\"snag(count)snag\"}, }; no; 100000")
accepts("{${good}, \"time\": \"ideal\", \"variants\": {\"broken\": {\"expect\": [], \"verified\": \"bound 2\"}}}"
  "; ideal; broken; {}; bound_2; 100000")
accepts("{${good}, \"steps\": 2000, \"variants\": {\"broken\": {\"expect\": []}}}" "; broken; {}; no; 2000")
accepts("{${good}, \"variants\": {\"broken\": {\"expect\": [{\"finding\": \"deadlock\"}], \"verified\": \"exhausted\"}}}"
  "R\"snag(deadlock)snag\", R\"snag()snag\"}, }; exhausted")

refuses("{${good}, \"variants\": {\"broken\": {${expect}}}" "not a JSON object")
refuses("[]" "not a JSON object")
refuses("{\"group\": \"races\", \"variants\": {\"broken\": {${expect}}}}" "no \"summary\"")
refuses("{\"summary\": 1, \"group\": \"races\", \"variants\": {\"broken\": {${expect}}}}" "not a string")
refuses("{\"summary\": \"s\", \"group\": \"order\", \"variants\": {\"broken\": {${expect}}}}" "lies in races/")
refuses("{${good}}" "no object \"variants\"")
refuses("{${good}, \"variants\": {}}" "\"variants\" is empty")
refuses("{${good}, \"variant\": {}, \"variants\": {\"broken\": {${expect}}}}" "unknown key \"variant\"")
refuses("{${good}, \"time\": \"real\", \"variants\": {\"broken\": {${expect}}}}" "\"time\" is \"real\"")
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
file(WRITE "${folder}/forgotten.cpp" "")
refuses("{${good}, \"variants\": {\"broken\": {${expect}}}}" "forgotten.cpp lies beside it")

file(REMOVE_RECURSE "${WORK}")
message("all manifests read or refused as they should be")
