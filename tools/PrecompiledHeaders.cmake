# Rooms that use MLIR spend three quarters of their compile time in its headers: these are parsed once, for all rooms that
# compile alike. `-DASTRAGAL_PRECOMPILE=OFF` shows whether each source includes what it uses.
option(ASTRAGAL_PRECOMPILE "Precompile MLIR's headers" ON)
if(NOT ASTRAGAL_PRECOMPILE)
  return()
endif()
target_precompile_headers(obj.AstragalTG PRIVATE
  <mlir/Bytecode/BytecodeOpInterface.h>
  <mlir/Dialect/Arith/IR/Arith.h>
  <mlir/Dialect/Func/IR/FuncOps.h>
  <mlir/Dialect/Math/IR/Math.h>
  <mlir/Dialect/SCF/IR/SCF.h>
  <mlir/Dialect/Tensor/IR/Tensor.h>
  <mlir/IR/ImplicitLocOpBuilder.h>
  <mlir/IR/Matchers.h>
  <mlir/IR/PatternMatch.h>
  <mlir/Interfaces/LoopLikeInterface.h>
  <mlir/Pass/Pass.h>)
foreach(room Prob Stan Interpret Optimize Differentiate Schedule Lower Pipeline)
  target_precompile_headers(obj.Astragal${room} REUSE_FROM obj.AstragalTG)
endforeach()
if(CMAKE_CXX_COMPILER_ID MATCHES "Clang")
  foreach(room TG Prob Stan Interpret Optimize Differentiate Schedule Lower Pipeline)
    target_compile_options(obj.Astragal${room} PRIVATE "SHELL:-Xclang -fno-pch-timestamp")
  endforeach()
endif()
