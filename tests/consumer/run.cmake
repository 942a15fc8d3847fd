# Builds and runs the consumer project in one WAY:
#   install       installs the build tree BUILD_DIR into a prefix of its own, for the next three
#   plain         find_package, no flags
#   hostile       find_package, under flags that fuse products with sums and know nothing of rounding modes
#   pkg-config    one command line
#   subdirectory  add_subdirectory
# FLAGS are those of the build tree (sanitizers must agree); COMPILER, GENERATOR and LIBDIR too.
cmake_minimum_required(VERSION 3.22)

set(prefix "${BUILD_DIR}/consumer/prefix")
set(here "${BUILD_DIR}/consumer/${WAY}")
set(project "${SOURCE_DIR}/tests/consumer")
set(hostile_flags "-O3 -march=native -ffp-contract=fast")

function(must_run)
    execute_process(COMMAND ${ARGN} RESULT_VARIABLE status)
    if(NOT status EQUAL 0)
        string(REPLACE ";" " " command "${ARGN}")
        message(FATAL_ERROR "consumer/${WAY}: failed (${status}): ${command}")
    endif()
endfunction()

# build(<flags> <definitions>...): configures, builds and runs
function(build flags)
    must_run("${CMAKE_COMMAND}" -S "${project}" -B "${here}" -G "${GENERATOR}" -DCMAKE_CXX_COMPILER=${COMPILER} "-DCMAKE_CXX_FLAGS=${flags}"
        ${ARGN})
    must_run("${CMAKE_COMMAND}" --build "${here}" --parallel 2 --target consumer)
    must_run("${here}/consumer")
endfunction()

file(REMOVE_RECURSE "${here}")
if(WAY STREQUAL "install")
    file(REMOVE_RECURSE "${prefix}")
    must_run("${CMAKE_COMMAND}" --install "${BUILD_DIR}" --prefix "${prefix}")
elseif(WAY STREQUAL "plain")
    build("${FLAGS}" "-DCMAKE_PREFIX_PATH=${prefix}")
elseif(WAY STREQUAL "hostile")
    build("${FLAGS} ${hostile_flags}" "-DCMAKE_PREFIX_PATH=${prefix}")
elseif(WAY STREQUAL "subdirectory")
    build("${FLAGS}" "-DTERCET_SOURCE=${SOURCE_DIR}")
elseif(WAY STREQUAL "pkg-config")
    find_program(pkg_config NAMES pkg-config pkgconf)
    if(NOT pkg_config)
        message(STATUS "skipped: there is no pkg-config")
        return()
    endif()
    set(ENV{PKG_CONFIG_PATH} "${prefix}/${LIBDIR}/pkgconfig:$ENV{PKG_CONFIG_PATH}")
    execute_process(COMMAND "${pkg_config}" --cflags --libs tercet OUTPUT_VARIABLE package COMMAND_ERROR_IS_FATAL ANY)
    separate_arguments(package UNIX_COMMAND "${package}")
    separate_arguments(flags UNIX_COMMAND "${FLAGS}")
    file(GLOB sources "${project}/*.cpp")
    set(ENV{LD_LIBRARY_PATH} "${prefix}/${LIBDIR}:$ENV{LD_LIBRARY_PATH}")
    file(MAKE_DIRECTORY "${here}")
    must_run("${COMPILER}" ${flags} -std=c++20 ${sources} ${package} -o "${here}/consumer")
    must_run("${here}/consumer")
else()
    message(FATAL_ERROR "no way '${WAY}' to build the consumer: use install, plain, hostile, pkg-config or subdirectory")
endif()
