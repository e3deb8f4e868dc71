# Finds Zydis, which disassembles x86-64. Defines Zydis::Zydis.
include(FindPackageHandleStandardArgs)

find_library(Zydis_LIBRARY NAMES Zydis)
find_path(Zydis_INCLUDE_DIR NAMES Zydis/Zydis.h)
mark_as_advanced(Zydis_LIBRARY Zydis_INCLUDE_DIR)
find_package_handle_standard_args(Zydis REQUIRED_VARS Zydis_LIBRARY Zydis_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Install Zydis' development files (Debian: libzydis-dev).")

if(Zydis_FOUND AND NOT TARGET Zydis::Zydis)
  add_library(Zydis::Zydis UNKNOWN IMPORTED)
  set_target_properties(Zydis::Zydis PROPERTIES
    IMPORTED_LOCATION "${Zydis_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Zydis_INCLUDE_DIR}")
endif()
