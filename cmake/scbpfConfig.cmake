# find_package(scbpf): the targets scbpf::bpf, scbpf::compiler, scbpf::runtime,
# which need Abseil, and scbpf::capi, the library for C. COMPONENTS capi: the
# last one alone, for projects without C++.
include(${CMAKE_CURRENT_LIST_DIR}/scbpfCapiTargets.cmake OPTIONAL
  RESULT_VARIABLE scbpf_capi_FOUND)
if(NOT scbpf_FIND_COMPONENTS STREQUAL "capi")
  include(CMakeFindDependencyMacro)
  find_dependency(absl)
  include(${CMAKE_CURRENT_LIST_DIR}/scbpfTargets.cmake)
elseif(NOT scbpf_capi_FOUND)
  set(scbpf_FOUND FALSE)
  set(scbpf_NOT_FOUND_MESSAGE "scbpf was installed without libscbpf.so")
endif()
