# Finds libbacktrace: the one that GCC bundles in its private folders, for Clang builds too; it reads DWARF and
# unwinds. Defines Libbacktrace::Libbacktrace. Only its two headers are made visible, through links of our own:
# GCC's folder as a whole would shadow the other compiler's headers (stddef.h, immintrin.h, ...).
include(FindPackageHandleStandardArgs)

if(NOT TARGET Libbacktrace::Libbacktrace)
  if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    set(Libbacktrace_GCC "${CMAKE_CXX_COMPILER}" CACHE FILEPATH "The GCC whose libbacktrace is used")
  else()
    find_program(Libbacktrace_GCC NAMES g++ g++-14 g++-13 g++-12 DOC "The GCC whose libbacktrace is used")
  endif()
  mark_as_advanced(Libbacktrace_GCC)

  if(Libbacktrace_GCC)
    execute_process(COMMAND "${Libbacktrace_GCC}" -print-file-name=libbacktrace.a
      OUTPUT_VARIABLE Libbacktrace_archive OUTPUT_STRIP_TRAILING_WHITESPACE)
    execute_process(COMMAND "${Libbacktrace_GCC}" -print-file-name=include
      OUTPUT_VARIABLE Libbacktrace_headers OUTPUT_STRIP_TRAILING_WHITESPACE)
    # GCC answers with the bare name when it has no such file.
    if(IS_ABSOLUTE "${Libbacktrace_archive}" AND EXISTS "${Libbacktrace_archive}")
      set(Libbacktrace_LIBRARY "${Libbacktrace_archive}")
    endif()
  endif()
  # A libbacktrace of its own, where the distribution or the user has one.
  if(NOT Libbacktrace_LIBRARY)
    find_library(Libbacktrace_LIBRARY_ALONE NAMES backtrace)
    find_path(Libbacktrace_headers_alone NAMES backtrace.h)
    set(Libbacktrace_LIBRARY "${Libbacktrace_LIBRARY_ALONE}")
    set(Libbacktrace_headers "${Libbacktrace_headers_alone}")
  endif()

  if(Libbacktrace_LIBRARY AND EXISTS "${Libbacktrace_headers}/backtrace.h")
    set(Libbacktrace_INCLUDE_DIR "${CMAKE_BINARY_DIR}/libbacktrace/include")
    file(MAKE_DIRECTORY "${Libbacktrace_INCLUDE_DIR}")
    foreach(header backtrace.h backtrace-supported.h)
      file(CREATE_LINK "${Libbacktrace_headers}/${header}" "${Libbacktrace_INCLUDE_DIR}/${header}"
        SYMBOLIC COPY_ON_ERROR)
    endforeach()
  endif()
endif()

if(TARGET Libbacktrace::Libbacktrace)
  get_target_property(Libbacktrace_LIBRARY Libbacktrace::Libbacktrace IMPORTED_LOCATION)
  get_target_property(Libbacktrace_INCLUDE_DIR Libbacktrace::Libbacktrace INTERFACE_INCLUDE_DIRECTORIES)
endif()
find_package_handle_standard_args(Libbacktrace REQUIRED_VARS Libbacktrace_LIBRARY Libbacktrace_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "It comes with GCC: install g++ (Clang builds use it too), or set Libbacktrace_GCC.")

if(Libbacktrace_FOUND AND NOT TARGET Libbacktrace::Libbacktrace)
  add_library(Libbacktrace::Libbacktrace STATIC IMPORTED)
  set_target_properties(Libbacktrace::Libbacktrace PROPERTIES
    IMPORTED_LOCATION "${Libbacktrace_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Libbacktrace_INCLUDE_DIR}")
endif()
