//===- SignaturesTest.cpp - the table of builtin functions ------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/stan/Signatures.h"

#include <gtest/gtest.h>

using namespace astragal::stan;

namespace {
/// "normal_lpdf real int vector" -> "real", or "none".
std::string resultOf(llvm::StringRef call) {
  llvm::BumpPtrAllocator arena;
  llvm::SmallVector<llvm::StringRef> words;
  call.split(words, ' ', -1, false);
  llvm::SmallVector<Type> args;
  for (llvm::StringRef word : llvm::ArrayRef(words).drop_front())
    args.push_back(*parseTypeNotation(word, arena));
  auto match = matchBuiltin(words[0], args, arena);
  return match ? match->result.str() : "none";
}
} // namespace

TEST(Signatures, EveryLineCanBeMatched) {
  // An argument for every set, to find lines that name what the matcher does not know.
  auto sample = [](llvm::StringRef set) -> llvm::StringRef {
    static const std::pair<llvm::StringRef, llvm::StringRef> samples[] = {
        {"R", "real"},    {"R1", "vector"},    {"I", "int"},          {"V", "vector"},      {"V1", "row"},
        {"E", "real"},    {"N", "int"},        {"Z", "complex"},      {"B", "real"},        {"M", "real"},
        {"C", "complex"}, {"Q", "complex"},    {"J", "int"},          {"G", "int"},         {"H", "[]real"},
        {"T", "real"},    {"[]T", "[]vector"}, {"*vector", "vector"}, {"*matrix", "matrix"}};
    for (auto [name, type] : samples)
      if (name == set)
        return type;
    return set;
  };
  int lines = 0;
  forEachBuiltin([&](llvm::StringRef name) {
    for (const std::string &signature : builtinSignatures(name)) {
      std::string call = name.str();
      llvm::SmallVector<llvm::StringRef> words;
      llvm::StringRef(signature).take_front(signature.find("->")).split(words, ' ', -1, false);
      for (llvm::StringRef word : words)
        call += " " + sample(word).str();
      EXPECT_NE(resultOf(call), "none") << name.str() << ": " << signature;
      ++lines;
    }
  });
  EXPECT_GT(lines, 800);
}

TEST(Signatures, LiftDistributions) {
  EXPECT_EQ(resultOf("normal_lpdf real real real"), "real");
  EXPECT_EQ(resultOf("normal_lpdf vector row []real"), "real");
  EXPECT_EQ(resultOf("normal_lpdf []int int vector"), "real");
  EXPECT_EQ(resultOf("normal_lpdf matrix real real"), "none");
  EXPECT_EQ(resultOf("normal_lpdf [,]real real real"), "none");
  EXPECT_EQ(resultOf("normal_lpdf real real"), "none");
  EXPECT_EQ(resultOf("poisson_lpmf []int vector"), "real");
  EXPECT_EQ(resultOf("poisson_lpmf real real"), "none");
  EXPECT_EQ(resultOf("poisson_lccdf int real"), "real");
  EXPECT_EQ(resultOf("multi_normal_lpdf []vector row matrix"), "real");
  EXPECT_EQ(resultOf("student_t_rng int real vector"), "array[] real");
  EXPECT_EQ(resultOf("beta_binomial_rng int real real"), "int");
  EXPECT_EQ(resultOf("binomial_logit_cdf int int real"), "none");
}

TEST(Signatures, LiftFunctions) {
  EXPECT_EQ(resultOf("exp [,]matrix"), "array[,] matrix");
  EXPECT_EQ(resultOf("exp []complex"), "none");
  EXPECT_EQ(resultOf("atan2 []vector real"), "array[] vector");
  EXPECT_EQ(resultOf("atan2 []vector vector"), "none");
  EXPECT_EQ(resultOf("atan2 int []int"), "array[] real");
  EXPECT_EQ(resultOf("bessel_first_kind [,]int matrix"), "matrix");
  EXPECT_EQ(resultOf("bessel_first_kind []int matrix"), "none");
  EXPECT_EQ(resultOf("bessel_first_kind []int real"), "array[] real");
  EXPECT_EQ(resultOf("choose int []int"), "array[] int");
  EXPECT_EQ(resultOf("rising_factorial []real int"), "array[] real");
  EXPECT_EQ(resultOf("pow [,]complex int"), "array[,] complex");
  EXPECT_EQ(resultOf("add []real real"), "none");
  EXPECT_EQ(resultOf("to_complex vector int"), "complex_vector");
  EXPECT_EQ(resultOf("get_imag []cmatrix"), "array[] matrix");
  EXPECT_EQ(resultOf("simplex_jacobian []vector"), "array[] vector");
  EXPECT_EQ(resultOf("corr_matrix_constrain []vector int"), "array[] matrix");
}

TEST(Signatures, PreferFewerPromotions) {
  EXPECT_EQ(resultOf("max int int"), "int");
  EXPECT_EQ(resultOf("sum []int"), "int");
  EXPECT_EQ(resultOf("add int int"), "int");
  EXPECT_EQ(resultOf("add int real"), "real");
  EXPECT_EQ(resultOf("add int complex"), "complex");
  EXPECT_EQ(resultOf("logical_eq complex int"), "int");
  EXPECT_EQ(resultOf("logical_lt complex int"), "none");
}

TEST(Signatures, NotationRoundTrips) {
  llvm::BumpPtrAllocator arena;
  EXPECT_EQ(parseTypeNotation("[,,]cmatrix", arena)->str(), "array[,,] complex_matrix");
  EXPECT_EQ(parseTypeNotation("[]tuple(vector,[]int)", arena)->str(), "array[] tuple(vector, array[] int)");
  EXPECT_FALSE(parseTypeNotation("widget", arena));
}
