# The libraries that tercet links, as imported targets tercet::<name>; read by the build and by the installed package.
#
# Plain searches for a header and a library: the CMake files of Debian's libonnx-dev and libzip-dev name targets and
# programs that those packages do not bring.

# tercet_find(<name> <header> <library or ""> <Debian package>)
function(tercet_find name header library package)
    if(TARGET tercet::${name})
        return()
    endif()
    find_path(TERCET_${name}_INCLUDE ${header})
    mark_as_advanced(TERCET_${name}_INCLUDE)
    if(NOT TERCET_${name}_INCLUDE)
        message(FATAL_ERROR "tercet needs the header <${header}>: on Debian and Ubuntu, apt-get install ${package}")
    endif()
    add_library(tercet::${name} INTERFACE IMPORTED GLOBAL)
    target_include_directories(tercet::${name} INTERFACE "${TERCET_${name}_INCLUDE}")
    if(library)
        find_library(TERCET_${name}_LIBRARY ${library})
        mark_as_advanced(TERCET_${name}_LIBRARY)
        if(NOT TERCET_${name}_LIBRARY)
            message(FATAL_ERROR "tercet needs the library lib${library}: on Debian and Ubuntu, apt-get install ${package}")
        endif()
        target_link_libraries(tercet::${name} INTERFACE "${TERCET_${name}_LIBRARY}")
    endif()
endfunction()

find_package(Threads REQUIRED)
tercet_find(boost boost/multiprecision/gmp.hpp "" libboost-dev)
tercet_find(gmp gmp.h gmp libgmp-dev)
tercet_find(mpfr mpfr.h mpfr libmpfr-dev)
tercet_find(zip zip.h zip libzip-dev)
tercet_find(zlib zlib.h z zlib1g-dev)  # libzip-dev brings it
tercet_find(protobuf google/protobuf/message.h protobuf libprotobuf-dev)
tercet_find(tbb oneapi/tbb/parallel_for.h tbb libtbb-dev)
tercet_find(onnx onnx/onnx_pb.h onnx_proto libonnx-dev)

# As libonnx was compiled: without ONNX_ML its header includes a file that the package does not have.
set_property(TARGET tercet::onnx PROPERTY INTERFACE_COMPILE_DEFINITIONS ONNX_NAMESPACE=onnx ONNX_ML=1)
set_property(TARGET tercet::onnx APPEND PROPERTY INTERFACE_LINK_LIBRARIES tercet::protobuf)
