# Writes toolchain.json, which tells `snag check` with which compiler and flags, against which headers, a solution is
# built, and `snag new` where the scenarios lie. Paths in it may be relative to the file itself.

# json_list(<variable> <item>...): a JSON list of strings, set in the caller. Empty items are left out.
function(json_list variable)
  set(list "")
  foreach(item IN LISTS ARGN)
    if(item STREQUAL "")
      continue()
    endif()
    string(REPLACE "\\" "\\\\" item "${item}")
    string(REPLACE "\"" "\\\"" item "${item}")
    string(APPEND list "${list_comma}\"${item}\"")
    set(list_comma ", ")
  endforeach()
  set(${variable} "[${list}]" PARENT_SCOPE)
endfunction()

# write_toolchain(<file> <scenarios> <include folder>...): the folders as they are to stand in the file.
function(write_toolchain file scenarios)
  separate_arguments(flags UNIX_COMMAND "${CMAKE_CXX_FLAGS}")
  if(SNAG_SANITIZE)
    list(APPEND flags -fsanitize=${SNAG_SANITIZE} -fno-sanitize-recover=all -fno-omit-frame-pointer)
  endif()
  # As the suite's own variants (scenarios/CMakeLists.txt, snag::snag), but position-independent: the command loads it.
  list(APPEND flags ${CMAKE_CXX20_STANDARD_COMPILE_OPTION} -O1 -g -fno-optimize-sibling-calls -fPIC -Wall)
  # Headers of libraries that are not where every compiler looks.
  set(library_includes "")
  foreach(target IN ITEMS Boost::context Boost::headers)
    if(TARGET ${target})
      get_target_property(folders ${target} INTERFACE_INCLUDE_DIRECTORIES)
      if(folders)
        list(APPEND library_includes ${folders})
      endif()
    endif()
  endforeach()
  list(FILTER library_includes EXCLUDE REGEX "^\\$<|^/usr/include$")
  list(REMOVE_DUPLICATES library_includes)
  json_list(compiler "${CMAKE_CXX_COMPILER}")
  json_list(flags ${flags})
  json_list(includes ${ARGN} ${library_includes})
  file(CONFIGURE OUTPUT "${file}" CONTENT "{
  \"version\": 1,
  \"compiler\": @compiler@,
  \"flags\": @flags@,
  \"includes\": @includes@,
  \"scenarios\": \"@scenarios@\"
}
" @ONLY)
endfunction()
