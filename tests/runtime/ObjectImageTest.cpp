//===- ObjectImageTest.cpp - machine code of an object file ---------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/ObjectImage.h"
#include "runtime/Error.h"
#include "runtime/abi.h"
#include "runtime/io/File.h"
#include "tests/runtime/Helpers.h"

#include <gtest/gtest.h>

#include <cstring>
#include <elf.h>

#include <cmath>

using namespace astragal;
using namespace astragal::model;

namespace {

class ObjectImageTest : public testing::Test {
protected:
  void SetUp() override {
    if (!ObjectImage::isSupported())
      GTEST_SKIP() << "objects of this machine are left to LLVM";
    object = io::readFile(ASTRAGAL_TEST_OBJECT);
  }
  template <typename T> T *get(const ObjectImage &image, const char *name) {
    return reinterpret_cast<T *>(image.find(name));
  }
  std::string object;
};

TEST_F(ObjectImageTest, RunsWhatTheObjectDefines) {
  ObjectImage image({object});
  EXPECT_EQ(get<double(double)>(image, "call_libm")(0.5), std::exp(0.5) + std::cbrt(0.5));
  EXPECT_EQ(get<double(double)>(image, "call_abi")(4.5), astragal_lgamma(4.5));
  EXPECT_EQ(get<double(int)>(image, "sum_weights")(3), 0.875);
  EXPECT_STREQ(get<const char *(int)>(image, "word")(1), "two");
  EXPECT_EQ(get<double(double)>(image, "call_pointer")(5), 13);
  EXPECT_EQ(get<double(double)>(image, "call_pointer")(5), 23);
  auto root = get<double (*())(double)>(image, "address_of_libm")();
  EXPECT_EQ(root(2), std::sqrt(2.0));
}

TEST_F(ObjectImageTest, ImagesAreApart) {
  ObjectImage one({object}), two({object});
  EXPECT_EQ(get<int()>(one, "count")(), 1);
  EXPECT_EQ(get<int()>(one, "count")(), 2);
  EXPECT_EQ(get<int()>(two, "count")(), 1);
}

TEST_F(ObjectImageTest, UsesWhatStandsBefore) {
  // What calls astragal_lgamma calls a function of the first object instead.
  std::string first = object, second = object;
  first.replace(first.find("call_abi"), 8, "call_abj");
  second.replace(second.find("astragal_lgamma"), 15, std::string("call_libm").append(6, '\0'));
  ObjectImage image({first, second});
  EXPECT_EQ(get<double(double)>(image, "call_abj")(4.5), astragal_lgamma(4.5));
  EXPECT_EQ(get<double(double)>(image, "call_abi")(0.5), std::exp(0.5) + std::cbrt(0.5));
}

TEST_F(ObjectImageTest, LocalNamesAreNotFound) {
  ObjectImage image({object});
  EXPECT_EQ(image.find("twice"), nullptr);
  EXPECT_EQ(image.find("exp"), nullptr);
  EXPECT_EQ(image.find(""), nullptr);
}

TEST_F(ObjectImageTest, RefusesWhatIsNoObject) {
  for (const std::string &text : {std::string(), std::string("not an object"), std::string(5000, '\0')})
    EXPECT_NE(tests::errorOf([&] { ObjectImage image({text}); }).find("machine code cannot be loaded: "),
              std::string::npos);
}

TEST_F(ObjectImageTest, RefusesWhatIsCut) {
  // Section headers stand at the end.
  for (size_t size = 0; size < object.size(); size += 13)
    EXPECT_NE(tests::errorOf([&] { ObjectImage image({object.substr(0, size)}); }), "") << size;
}

TEST_F(ObjectImageTest, RefusesSectionsThatCannotBe) {
  Elf64_Ehdr header;
  std::memcpy(&header, object.data(), sizeof header);
  unsigned refused = 0;
  for (unsigned k = 0; k < header.e_shnum; ++k)
    for (uint64_t bad : {~uint64_t(0), ~uint64_t(0) - 4095, uint64_t(1) << 63})
      for (size_t field : {offsetof(Elf64_Shdr, sh_size), offsetof(Elf64_Shdr, sh_addralign)}) {
        std::string changed = object;
        std::memcpy(changed.data() + header.e_shoff + k * sizeof(Elf64_Shdr) + field, &bad, sizeof bad);
        // Sections that are not needed are not looked at.
        refused += !tests::errorOf([&] { ObjectImage image({changed}); }).empty();
      }
  EXPECT_GE(refused, 12u);
}

TEST_F(ObjectImageTest, RefusesWhatIsNotDefined) {
  std::string changed = object;
  size_t place = changed.find("astragal_lgamma");
  ASSERT_NE(place, std::string::npos);
  changed.replace(place, 15, "astragal_nobody");
  EXPECT_NE(tests::errorOf([&] { ObjectImage image({changed}); }).find("'astragal_nobody' is not defined"),
            std::string::npos);
}

} // namespace
