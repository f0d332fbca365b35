# find_package(scbpf): the targets scbpf::bpf, scbpf::compiler, scbpf::runtime.
include(CMakeFindDependencyMacro)
find_dependency(absl)
include(${CMAKE_CURRENT_LIST_DIR}/scbpfTargets.cmake)
