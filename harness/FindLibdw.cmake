# Finds elfutils' libdw, which reads debug information: names of variables. Defines Libdw::Libdw.
include(FindPackageHandleStandardArgs)

find_library(Libdw_LIBRARY NAMES dw)
find_path(Libdw_INCLUDE_DIR NAMES elfutils/libdwfl.h)
mark_as_advanced(Libdw_LIBRARY Libdw_INCLUDE_DIR)
find_package_handle_standard_args(Libdw REQUIRED_VARS Libdw_LIBRARY Libdw_INCLUDE_DIR
  REASON_FAILURE_MESSAGE "Install elfutils' development files (Debian: libdw-dev).")

if(Libdw_FOUND AND NOT TARGET Libdw::Libdw)
  add_library(Libdw::Libdw UNKNOWN IMPORTED)
  set_target_properties(Libdw::Libdw PROPERTIES
    IMPORTED_LOCATION "${Libdw_LIBRARY}"
    INTERFACE_INCLUDE_DIRECTORIES "${Libdw_INCLUDE_DIR}")
endif()
