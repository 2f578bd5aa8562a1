# The models of docs/model/, as they are and with each protection removed in
# turn: then they have to fail.
find_program(SPIN spin)
if(NOT SPIN)
  message(STATUS "spin not found: the protocol's models are not checked")
  return()
endif()

function(check_model name model expected)
  add_test(NAME protocol_model.${name}
           COMMAND ${CMAKE_CURRENT_SOURCE_DIR}/protocol_model.sh
                   ${PROJECT_SOURCE_DIR}/docs/model/${model} ${expected} ${ARGN})
  set_tests_properties(protocol_model.${name} PROPERTIES TIMEOUT 300 LABELS model)
endfunction()

check_model(render render_protocol.pml holds)
foreach(protection LEASE_CHECK ID_CHECK SEQUENCE WIPED_HEADER HEADER_BEFORE_NAME)
  check_model(render_without_${protection} render_protocol.pml fails
              -DWITHOUT_${protection})
endforeach()

check_model(wait wait_protocol.pml holds)
foreach(protection PUBLISH_BEFORE_EVENT OWN_BIT COMPARISON)
  check_model(wait_without_${protection} wait_protocol.pml fails
              -DWITHOUT_${protection})
endforeach()
