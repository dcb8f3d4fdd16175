//===- SplitModuleTest.cpp - code for two threads to generate --------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/SplitModule.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Parser/Parser.h"
#include "gtest/gtest.h"

using namespace mlir;
using astragal::driver::splitModule;

namespace {

class SplitModuleTest : public testing::Test {
protected:
  SplitModuleTest() { context.loadDialect<LLVM::LLVMDialect>(); }

  /// A function of so many additions, and of what else is given.
  static std::string function(const std::string &name, int size, const std::string &more = "") {
    std::string text = "llvm.func " + name + "(%x: f64) -> f64 {\n" + more;
    for (int k = 0; k < size; ++k)
      text += "  %v" + std::to_string(k) + " = llvm.fadd " +
              (k ? "%v" + std::to_string(k - 1) : std::string("%x")) + ", %x : f64\n";
    return text + "  llvm.return %v" + std::to_string(size - 1) + " : f64\n}\n";
  }
  OwningOpRef<ModuleOp> parse(const std::string &text) {
    return parseSourceString<ModuleOp>(text, ParserConfig(&context));
  }
  static bool defines(ModuleOp module, StringRef name) {
    auto function = module.lookupSymbol<LLVM::LLVMFuncOp>(name);
    return function && !function.isExternal();
  }

  MLIRContext context;
};

TEST_F(SplitModuleTest, MovesWhatUsesNoOther) {
  auto module = parse(
      "llvm.func @exp(f64) -> f64\n"
      "llvm.mlir.global private constant @table(dense<[1, 2]> : tensor<2xi64>) : !llvm.array<2 x i64>\n" +
      function("@prepare", 400, "  %e = llvm.call @exp(%x) : (f64) -> f64\n") +
      function("internal @rows", 300, "  %t = llvm.mlir.addressof @table : !llvm.ptr\n") +
      function(
          "@gradient", 600,
          "  %r = llvm.mlir.addressof @rows : !llvm.ptr\n  %t = llvm.mlir.addressof @table : !llvm.ptr\n") +
      function("@small", 3));
  ASSERT_TRUE(module);
  OwningOpRef<ModuleOp> second = splitModule(*module);
  ASSERT_TRUE(second);
  EXPECT_TRUE(succeeded(verify(*module)));
  EXPECT_TRUE(succeeded(verify(*second)));
  for (StringRef moved : {"prepare", "rows"}) {
    EXPECT_TRUE(defines(*second, moved));
    EXPECT_FALSE(defines(*module, moved));
  }
  EXPECT_TRUE(defines(*module, "gradient"));
  EXPECT_FALSE(second->lookupSymbol("gradient"));
  EXPECT_TRUE(defines(*module, "small") != defines(*second, "small"));
  EXPECT_TRUE(second->lookupSymbol("exp"));
  EXPECT_TRUE(second->lookupSymbol("table") && module->lookupSymbol("table"));
  EXPECT_EQ(second->lookupSymbol<LLVM::LLVMFuncOp>("rows").getLinkage(), LLVM::Linkage::External);
}

TEST_F(SplitModuleTest, LeavesWhatIsNotWorthIt) {
  // Small functions; one that is nearly all; functions that use each other; one that writes to a global.
  for (const std::string &text :
       {function("@prepare", 100) + function("@gradient", 100),
        function("@prepare", 100) + function("@gradient", 5000),
        function("@prepare", 900, "  %g = llvm.mlir.addressof @gradient : !llvm.ptr\n") +
            function("@gradient", 900, "  %p = llvm.mlir.addressof @prepare : !llvm.ptr\n"),
        "llvm.mlir.global internal @state(0 : i64) : i64\n" +
            function("@prepare", 900, "  %s = llvm.mlir.addressof @state : !llvm.ptr\n") +
            function("@gradient", 900, "  %s = llvm.mlir.addressof @state : !llvm.ptr\n")}) {
    auto module = parse(text);
    ASSERT_TRUE(module);
    EXPECT_FALSE(splitModule(*module));
    EXPECT_TRUE(defines(*module, "prepare") && defines(*module, "gradient"));
  }
}

} // namespace
