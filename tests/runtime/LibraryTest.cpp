//===- LibraryTest.cpp - models in shared libraries -------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Library.h"
#include "Helpers.h"
#include "Models.h"
#include "runtime/inference/Sample.h"

#include <fstream>
#include <memory>

using namespace astragal;
using namespace astragal::model;

TEST(Library, RunsLikeTheModelInMemory) {
  Library library(ASTRAGAL_TEST_MODEL);
  EXPECT_STREQ(library.model().name, "schools");
  inference::SampleOptions options;
  options.chains = 1;
  options.numWarmup = options.numSamples = 100;
  ModelOptions owned;
  owned.owner = library.handle();
  Model loaded(library.model(), tests::eightSchoolsData(), owned);
  Model inMemory(tests::eightSchools(), tests::eightSchoolsData());
  EXPECT_EQ(inference::sample(loaded, options).chains[0].values,
            inference::sample(inMemory, options).chains[0].values);
}

TEST(Library, OutlivesItsHandle) {
  std::unique_ptr<Model> model;
  {
    Library library(ASTRAGAL_TEST_MODEL);
    ModelOptions options;
    options.owner = library.handle();
    model = std::make_unique<Model>(library.model(), tests::eightSchoolsData(), options);
  }
  EXPECT_EQ(model->dimension(), 10);
  EXPECT_EQ(model->name(), "schools");
}

TEST(Library, RefusesWhatIsNoModel) {
  tests::Folder folder;
  std::ofstream(folder / "text.so") << "not a library";
  EXPECT_NE(tests::errorOf([&] { Library(folder / "text.so"); }).find("cannot load library"),
            std::string::npos);
  EXPECT_NE(tests::errorOf([&] { Library(folder / "none.so"); }).find("cannot load library"),
            std::string::npos);
  EXPECT_NE(tests::errorOf([] { Library(ASTRAGAL_TEST_LIBRARY); }).find("not a compiled model"),
            std::string::npos);
}
