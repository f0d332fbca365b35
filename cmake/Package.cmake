# `cpack` makes two Debian packages: scbpf, and libscbpf-dev to build with.
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME scbpf)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY
  "seccomp profiles into proved BPF filters")
set(CPACK_PACKAGE_CONTACT "scbpf maintainers <scbpf@localhost>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_COMPONENTS_ALL program development)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)

set(CPACK_DEBIAN_PROGRAM_PACKAGE_NAME scbpf)
# A static program needs nothing; what another one needs dpkg-shlibdeps finds.
if(NOT SCBPF_STATIC)
  set(CPACK_DEBIAN_PROGRAM_PACKAGE_SHLIBDEPS ON)
endif()
set(CPACK_COMPONENT_PROGRAM_DESCRIPTION
  "Compiles seccomp profiles of Docker, OCI runtimes, Podman and Kubernetes
into the BPF filters that the kernel runs. Every filter is proved equal to its
profile before it is written.")

set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_NAME libscbpf-dev)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEVELOPMENT_PACKAGE_DEPENDS "libabsl-dev")
set(CPACK_COMPONENT_DEVELOPMENT_DESCRIPTION
  "Headers and archives of scbpf: the compiler of seccomp profiles, the proof
and the installer of filters, for programs in C++20.")
if(PROJECT_IS_TOP_LEVEL)
  include(CPack)
endif()
