# mmspan_add_side_library(NAME STANDS_ON): mmspan-NAME, a library of its own beside the core, in
# each kind that is built: from the objects of the targets in `objects`, linked to what is in
# `libraries`, or once it is installed, to `installed_libraries` (an installed static library
# finds them anew; see mmspan-config.cmake.in). STANDS_ON, when it is not "", is the library
# below it, without its kind.
function(mmspan_add_side_library NAME STANDS_ON)
  list(TRANSFORM objects REPLACE "(.+)" "$<TARGET_OBJECTS:\\1>")
  foreach(kind static shared)
    string(TOUPPER ${kind} upper)
    if(NOT MMSPAN_BUILD_${upper})
      continue()
    endif()
    set(target mmspan_${NAME}_${kind})
    add_library(${target} ${upper} ${objects})
    add_library(mmspan::${NAME}_${kind} ALIAS ${target})
    set_target_properties(${target} PROPERTIES
      OUTPUT_NAME mmspan-${NAME} EXPORT_NAME ${NAME}_${kind})
    target_include_directories(${target} PUBLIC
      $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
      $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:mmspan_flags>)
    if(STANDS_ON)
      target_link_libraries(${target} PUBLIC ${STANDS_ON}_${kind})
    endif()
    foreach(library IN LISTS libraries)
      target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:${library}>)
    endforeach()
    foreach(library IN LISTS installed_libraries)
      target_link_libraries(${target} PRIVATE $<INSTALL_INTERFACE:${library}>)
    endforeach()
    if(MMSPAN_INSTALL)
      install(TARGETS ${target} EXPORT mmspan-${NAME}-${kind}
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR}
        LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR})
      install(EXPORT mmspan-${NAME}-${kind} NAMESPACE mmspan::
        DESTINATION ${CMAKE_INSTALL_LIBDIR}/cmake/mmspan FILE mmspan-${NAME}-${kind}.cmake)
    endif()
  endforeach()
  if(MMSPAN_BUILD_SHARED)
    set_target_properties(mmspan_${NAME}_shared PROPERTIES SOVERSION 0)
    add_library(mmspan::${NAME} ALIAS mmspan_${NAME}_shared)
  else()
    add_library(mmspan::${NAME} ALIAS mmspan_${NAME}_static)
  endif()
endfunction()
