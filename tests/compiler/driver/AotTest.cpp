//===- AotTest.cpp - models in files --------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/Aot.h"
#include "tests/compiler/driver/CompiledModule.h"

#include "llvm/Support/FileSystem.h"
#include "gtest/gtest.h"
#include <dlfcn.h>
#include <filesystem>

using namespace astragal;
using namespace astragal::driver;

namespace {

const char *const text = R"(
func.func @generate(%seed: i64 {prob.binding = #prob.binding<seed, 0>}, %q: tensor<1xf64> {prob.binding = #prob.binding<input, 0>})
    -> (tensor<2xf64> {prob.binding = #prob.binding<output, 0>}) {
  %c0 = arith.constant 0 : index
  %zero = arith.constant 0.0 : f64
  %x = tensor.extract %q[%c0] : tensor<1xf64>
  %positive = arith.cmpf ogt, %x, %zero : f64
  tg.check %positive, domain, "not positive" : i1 loc("a.stan":2:3)
  %n = tg.random_normal %seed, %seed, %seed
  %e = math.log %x : f64
  %r = tensor.from_elements %n, %e : tensor<2xf64>
  return %r : tensor<2xf64>
})";

const ModelDescription description = {"tiny",
                                      {{"N", "tiny.stan", 1, 3, "", ASTRAGAL_DATA, ASTRAGAL_INT, 0, 0},
                                       {"y", "tiny.stan", 7, 3, "N", ASTRAGAL_DATA, ASTRAGAL_REAL, 1, 2}},
                                      {{"x", "tiny.stan", 9, 3, "", ASTRAGAL_PARAMETER, ASTRAGAL_REAL, 0, 0}},
                                      /*hasGenerated=*/false,
                                      /*regions=*/{},
                                      /*statements=*/{},
                                      /*profileBlocks=*/{}};

struct Aot : testing::Test {
  void SetUp() override {
    llvm::SmallString<128> name;
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("astragal-aot", name));
    folder = name.str().str();
    module = test::lowerText(*context, text);
    ASSERT_TRUE(module);
    options.callables = ASTRAGAL_CALLABLES_ARCHIVE;
  }
  void TearDown() override { std::filesystem::remove_all(folder); }

  std::vector<std::string> filesThere() {
    std::vector<std::string> names;
    for (const auto &file : std::filesystem::directory_iterator(folder))
      names.push_back(file.path().filename());
    return names;
  }

  std::unique_ptr<mlir::MLIRContext> context = test::makeContext();
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::string folder;
  AotOptions options;
};

TEST_F(Aot, SharedLibraryHoldsTheModel) {
  std::string path = folder + "/model.so";
  llvm::Error error = compileToFile(*module, description, Artefact::Shared, path, options);
  ASSERT_FALSE(error) << llvm::toString(std::move(error));
  EXPECT_EQ(filesThere(), std::vector<std::string>{"model.so"});
  void *library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  ASSERT_TRUE(library) << dlerror();
  EXPECT_EQ(dlsym(library, "generate"), nullptr) << "entries are internal";
  auto get = reinterpret_cast<const astragal_model *(*)()>(dlsym(library, ASTRAGAL_MODEL_SYMBOL));
  ASSERT_TRUE(get);
  const astragal_model *model = get();
  EXPECT_EQ(model->abi_version, static_cast<uint32_t>(ASTRAGAL_ABI_VERSION));
  ASSERT_EQ(model->num_data, 2u);
  ASSERT_EQ(model->num_outputs, 1u);
  EXPECT_STREQ(model->name, "tiny");
  EXPECT_STREQ(model->data[0].name, "N");
  EXPECT_EQ(model->data[0].scalar, ASTRAGAL_INT);
  EXPECT_STREQ(model->data[1].name, "y");
  EXPECT_EQ(model->data[1].array_rank, 1);
  EXPECT_EQ(model->data[1].rank, 2);
  EXPECT_EQ(model->data[1].line, 7u);
  EXPECT_EQ(model->outputs[0].block, ASTRAGAL_PARAMETER);
  ASSERT_EQ(model->num_checks, 1u);
  EXPECT_STREQ(model->checks[0].file, "a.stan");
  EXPECT_EQ(model->checks[0].column, 3u);
  EXPECT_EQ(model->entries[ASTRAGAL_PREPARE], nullptr);
  ASSERT_TRUE(model->entries[ASTRAGAL_GENERATE]);
  double input = 1, output[2];
  astragal_call call{};
  call.input = &input;
  call.output = output;
  call.seed = 5;
  model->entries[ASTRAGAL_GENERATE](&call);
  EXPECT_EQ(output[0], astragal_random_normal(5, 5, 5));
  EXPECT_EQ(output[1], 0);
  EXPECT_EQ(call.failed_check, 0);
  dlclose(library);
}

TEST_F(Aot, TextualArtefacts) {
  auto ir = compile(*module, description, Artefact::LlvmIr, {});
  ASSERT_TRUE(static_cast<bool>(ir));
  EXPECT_TRUE(llvm::StringRef(ir->data(), ir->size()).contains("define internal void @generate(ptr"));
  auto assembly = compile(*module, description, Artefact::Assembly, {"", "x86-64-v3", ""});
  ASSERT_TRUE(static_cast<bool>(assembly));
  llvm::StringRef code(assembly->data(), assembly->size());
  EXPECT_TRUE(code.contains("astragal_model_get:"));
  EXPECT_FALSE(code.contains("zmm"));
}

TEST_F(Aot, FailureLeavesNothingBehind) {
  options.callables = folder + "/missing.a";
  llvm::Error error = compileToFile(*module, description, Artefact::Shared, folder + "/model.so", options);
  EXPECT_NE(llvm::toString(std::move(error)).find("missing.a"), std::string::npos);
  EXPECT_TRUE(filesThere().empty());
  error = compileToFile(*module, description, Artefact::Object, folder + "/nowhere/model.o", options);
  EXPECT_NE(llvm::toString(std::move(error)).find("cannot write"), std::string::npos);
}

} // namespace
