# scbpf_link_static(TARGET): links TARGET as one static, non-PIE program where
# the archives are installed. Debian's absl targets name the shared libraries,
# so the imported locations are turned to the archives beside them.
# docs/design.md has the start-up times that are the reason.
option(SCBPF_STATIC "Link the scbpf program statically" ON)

function(scbpf_use_abseil_archives)
  get_property(targets DIRECTORY ${PROJECT_SOURCE_DIR}
    PROPERTY IMPORTED_TARGETS)
  foreach(target IN LISTS targets)
    if(NOT target MATCHES "^absl::")
      continue()
    endif()
    get_target_property(where ${target} IMPORTED_LOCATION_NONE)
    if(NOT where)
      continue()
    endif()
    string(REGEX REPLACE "\\.so.*$" ".a" archive "${where}")
    if(EXISTS "${archive}")
      set_target_properties(${target} PROPERTIES
        IMPORTED_LOCATION_NONE "${archive}")
    endif()
  endforeach()
endfunction()

function(scbpf_link_static target)
  if(SCBPF_STATIC AND NOT SCBPF_SANITIZE)
    target_compile_options(${target} PRIVATE -fno-pie)
    # What nothing calls is a tenth of a compilation's memory: pages come in
    # with their neighbours.
    target_link_options(${target} PRIVATE -static -no-pie -Wl,--gc-sections)
  endif()
endfunction()
