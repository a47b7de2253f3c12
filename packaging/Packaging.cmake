# What `cmake --install` and `cpack` put where: completions, documentation, and the Debian package's head.

# Made by the program itself, so that they fit it.
set(completions ${CMAKE_BINARY_DIR}/completions)
set(scripts "")
foreach(pair "bash:sidecarctl" "zsh:_sidecarctl" "fish:sidecarctl.fish")
  string(REPLACE ":" ";" pair ${pair})
  list(GET pair 0 shell)
  list(GET pair 1 name)
  set(script ${completions}/${shell}/${name})
  add_custom_command(OUTPUT ${script}
                     COMMAND ${CMAKE_COMMAND} -E make_directory ${completions}/${shell}
                     COMMAND sidecarctl completion ${shell} > ${script}
                     DEPENDS sidecarctl VERBATIM)
  list(APPEND scripts ${script})
endforeach()
add_custom_target(completions ALL DEPENDS ${scripts})
install(FILES ${completions}/bash/sidecarctl DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install(FILES ${completions}/zsh/_sidecarctl DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions)
install(FILES ${completions}/fish/sidecarctl.fish DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

install(DIRECTORY ${CMAKE_SOURCE_DIR}/docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR}
        FILES_MATCHING PATTERN "*.md" PATTERN "*.json")
# Where Debian wants the licence of a package.
install(FILES ${CMAKE_SOURCE_DIR}/LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} RENAME copyright)

set(CPACK_GENERATOR "DEB;TGZ")
set(CPACK_PACKAGE_NAME sidecarctl)
set(CPACK_PACKAGE_VENDOR "sidecarctl")
set(CPACK_PACKAGE_CONTACT "sidecarctl maintainers <maintainers@sidecarctl.invalid>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "lint, test and push container images for Foundry's Spark sidecars")
set(CPACK_RESOURCE_FILE_LICENSE ${CMAKE_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_VERBATIM_VARIABLES ON)
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION utils)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
# Root may read and run, nobody but root may write: Debian's policy on modes.
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE
                                                WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "docker.io | podman, bash-completion")
include(CPack)
