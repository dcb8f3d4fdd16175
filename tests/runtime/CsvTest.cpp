//===- CsvTest.cpp - CSV files ----------------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "Helpers.h"
#include "runtime/io/CsvReader.h"
#include "runtime/io/CsvWriter.h"

#include <cmath>
#include <cstdio>
#include <fstream>
#include <iterator>

using namespace astragal;
using namespace astragal::io;
using tests::errorOf;

static std::string format(double value, int digits) {
  char buffer[32];
  return std::string(buffer, formatNumber(buffer, value, digits));
}

static std::string contents(const std::string &path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), {});
}

TEST(Csv, NumbersLookLikePrintf) {
  for (double value :
       {0.0, -0.0, 1.0, -1.5, 0.1, 1e-4, 9.9999e-5, 123456789.0, 1e300, 5e-324, 3.14159265358979, 1e8})
    for (int digits : {1, 6, 8, 17, 18}) {
      char expected[64];
      std::snprintf(expected, sizeof expected, "%.*g", digits, value);
      EXPECT_EQ(format(value, digits), expected);
    }
  EXPECT_EQ(format(INFINITY, 8), "inf");
  EXPECT_EQ(format(-INFINITY, 8), "-inf");
  EXPECT_EQ(format(NAN, 8), "nan");
  EXPECT_EQ(format(-NAN, 8), "nan");
}

TEST(Csv, AppearsOnlyWhenComplete) {
  tests::Folder folder;
  std::string path = folder / "x.csv";
  std::ofstream(path) << "old";
  {
    CsvWriter writer(path);
    writer.header({"a", "b"});
    EXPECT_EQ(contents(path), "old");
    EXPECT_EQ(folder.size(), 2u);
  } // given up
  EXPECT_EQ(contents(path), "old");
  EXPECT_EQ(folder.size(), 1u);
  {
    CsvWriter writer(path);
    writer.comment("x = 1");
    writer.header({"a", "b"});
    double row[] = {1.5, NAN};
    writer.row(row, 2);
    writer.commentNumbers(row, 2);
    writer.commit();
  }
  EXPECT_EQ(contents(path), "# x = 1\na,b\n1.5,nan\n# 1.5, nan\n");
  EXPECT_EQ(folder.size(), 1u);
}

TEST(Csv, LongFilesSurviveTheBuffer) {
  tests::Folder folder;
  std::string path = folder / "x.csv";
  CsvWriter writer(path, 17);
  std::vector<std::string> names;
  for (int i = 0; i < 3000; ++i)
    names.push_back("column_with_a_long_name." + std::to_string(i));
  writer.header(names);
  std::vector<double> row(3000);
  for (int r = 0; r < 20; ++r) {
    for (int i = 0; i < 3000; ++i)
      row[i] = std::sin(r * 3000 + i) * std::pow(10, i % 40 - 20);
    writer.row(row.data(), row.size());
  }
  writer.commit();
  CsvFile file = readCsv(path);
  EXPECT_EQ(file.names, names);
  ASSERT_EQ(file.rows, 20);
  for (int r = 0; r < 20; ++r)
    for (int i = 0; i < 3000; ++i)
      ASSERT_EQ(file.values[r * 3000 + i], std::sin(r * 3000 + i) * std::pow(10, i % 40 - 20));
}

// The layout is that of CmdStan 2.36, with its blanks; numbers are invented.
static const char *const cmdStanFile = R"(# stan_version_major = 2
# stan_version_minor = 36
# model = bernoulli_model
# method = sample (Default)
#   sample
#     num_samples = 3
#     num_warmup = 2
#     save_warmup = true
#     thin = 1 (Default)
#     algorithm = hmc (Default)
#         metric_file =  (Default)
# id = 1 (Default)
# output
#   file = output.csv (Default)
lp__,accept_stat__,stepsize__,treedepth__,n_leapfrog__,divergent__,energy__,theta
-6.9,0.5,1,1,1,0,7.1,0.2
-6.8,1,1,1,1,0,7,0.21
# Adaptation terminated
# Step size = 0.932037
# Diagonal elements of inverse mass matrix:
# 0.591014
-7.81355,0.761218,0.932037,1,3,0,8.13669,0.129066
-inf,+inf,NaN, 1 ,3,0,nan,Infinity
-6.74808,1,0.932037,2,3,0,7.3,0.25
# 
#  Elapsed Time: 0.005 seconds (Warm-up)
#                0.016 seconds (Sampling)
#                0.021 seconds (Total)
# 
)";

TEST(Csv, ReadsCmdStansFiles) {
  tests::Folder folder;
  std::ofstream(folder / "o.csv") << cmdStanFile;
  CsvFile file = readCsv(folder / "o.csv");
  EXPECT_EQ(file.columns(), 8);
  EXPECT_EQ(file.names.back(), "theta");
  EXPECT_EQ(file.rows, 5);
  EXPECT_EQ(file.warmupRows, 2);
  EXPECT_EQ(file.stepSize, 0.932037);
  EXPECT_EQ(file.inverseMetric, std::vector<double>{0.591014});
  EXPECT_EQ(file.warmupSeconds, 0.005);
  EXPECT_EQ(file.sampleSeconds, 0.016);
  EXPECT_EQ(file.setting("num_samples", 0), 3);
  EXPECT_EQ(file.setting("thin", 0), 1);
  EXPECT_EQ(file.setting("absent", 7), 7);
  EXPECT_EQ(file.settings.at("metric_file"), "");
  EXPECT_EQ(file.settings.at("file"), "output.csv");
  std::vector<double> theta = file.column(7), lp = file.column(0);
  ASSERT_EQ(theta.size(), 3u);
  EXPECT_EQ(theta[0], 0.129066);
  EXPECT_EQ(theta[1], INFINITY);
  EXPECT_EQ(lp[1], -INFINITY);
  EXPECT_TRUE(std::isnan(file.column(2)[1]));
  EXPECT_EQ(file.column(3)[1], 1);
}

TEST(Csv, WarmUpWithoutAdaptationFollowsTheSettings) {
  tests::Folder folder;
  std::ofstream(folder / "o.csv") << "# num_warmup = 5\n# save_warmup = 1\n# thin = 2\na\n1\n2\n3\n4\n5\n";
  EXPECT_EQ(readCsv(folder / "o.csv").warmupRows, 3);
}

// A run that was interrupted, or is still writing.
TEST(Csv, ALastRowThatIsCutOffIsLeftOut) {
  tests::Folder folder;
  std::string path = folder / "o.csv";
  for (const char *end : {"3", "3,", "3,4e"}) {
    std::ofstream(path) << "a,b\n1,2\n" << end;
    CsvFile file = readCsv(path);
    EXPECT_EQ(file.values, (std::vector<double>{1, 2}));
    EXPECT_EQ(file.cutRow, path + ":3: the last row is cut off in field " + (end[1] ? "2" : "1") +
                               " of 2; it is left out");
  }
}

// Longer than what is read at a time, in rows and in the whole.
TEST(Csv, LongRows) {
  tests::Folder folder;
  std::vector<double> expected;
  {
    std::ofstream out(folder / "o.csv");
    for (int i = 0; i < 100000; ++i)
      out << (i ? ",x." : "x.") << i;
    out << "\n";
    for (int i = 0; i < 1200000; ++i) {
      out << i << (i % 100000 == 99999 ? "\n" : ",");
      expected.push_back(i);
    }
  }
  CsvFile file = readCsv(folder / "o.csv");
  EXPECT_EQ(file.rows, 12);
  EXPECT_EQ(file.values, expected);
  EXPECT_LT(file.values.capacity(), 1.5 * double(expected.size())); // as many as the file has, not twice
}

TEST(Csv, ErrorsHaveAPlace) {
  tests::Folder folder;
  std::string path = folder / "o.csv";
  auto message = [&](const std::string &text) {
    std::ofstream(path) << text;
    return errorOf([&] { readCsv(path); });
  };
  EXPECT_EQ(message("a,b\n1,2\n1\n"), path + ":3: expected 2 fields, got 1");
  EXPECT_EQ(message("a,b\n1,2\n1,x\n"), path + ":3: not a number: 'x'");
  EXPECT_EQ(message("a,b\n1,\n"), path + ":2: not a number: 'an empty field'");
  EXPECT_EQ(message("# only a comment\n"), path + ": no header of column names");
  EXPECT_EQ(message(""), path + ": no header of column names");
  EXPECT_EQ(message("a,b\r\n1,2\r\n\r\n3,4"), "no error");
  EXPECT_EQ(readCsv(path).rows, 2);
  EXPECT_EQ(readCsv(path).cutRow, "");
  EXPECT_EQ(message("a,b\n1,2,3"), path + ":2: expected 2 fields, got 3");
  EXPECT_NE(errorOf([&] { readCsv(folder / "none.csv"); }).find("cannot open file"), std::string::npos);
}
