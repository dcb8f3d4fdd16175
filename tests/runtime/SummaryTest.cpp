//===- SummaryTest.cpp - runs in a table ------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/diagnostics/Summary.h"
#include "Helpers.h"
#include "Models.h"

#include <algorithm>
#include <cmath>
#include <sstream>

using namespace astragal;
using namespace astragal::diagnostics;

static inference::Draws schoolsDraws(const std::string &csvPath = "") {
  model::Model model(tests::eightSchools(), tests::eightSchoolsData());
  inference::SampleOptions options;
  options.seed = tests::seedOfTest();
  options.numSamples = 300;
  options.csvPath = csvPath;
  options.digits = 17;
  return inference::sample(model, options);
}

TEST(Summary, IsTheSameFromMemoryAndFromFiles) {
  tests::Folder folder;
  inference::Draws draws = schoolsDraws(folder / "o.csv");
  std::vector<io::CsvFile> files;
  for (const inference::ChainDraws &chain : draws.chains)
    files.push_back(io::readCsv(chain.csvFile));
  Summary memory = summarize(draws, "schools_model"), read = summarize(files);
  EXPECT_EQ(memory.title, read.title);
  EXPECT_EQ(memory.draws, 1200);
  EXPECT_EQ(read.draws, 1200);
  EXPECT_EQ(memory.samplerRows, 7);
  EXPECT_TRUE(read.hasSampler);
  EXPECT_EQ(memory.eBfmi, read.eBfmi);
  ASSERT_EQ(memory.rows.size(), read.rows.size());
  for (size_t i = 0; i < memory.rows.size(); ++i) {
    EXPECT_EQ(memory.rows[i].name, read.rows[i].name);
    EXPECT_EQ(memory.rows[i].statistics.mean, read.rows[i].statistics.mean);
  }
  files[1].names.back() = "other";
  EXPECT_NE(tests::errorOf([&] { summarize(files); }).find("columns differ"), std::string::npos);
}

TEST(Summary, TablesAreAligned) {
  std::string text = formatSummary(summarize(schoolsDraws(), "schools"));
  EXPECT_EQ(text.substr(0, 28), "Inference for model: schools");
  std::istringstream lines(text);
  std::vector<std::string> table;
  for (std::string line; std::getline(lines, line);)
    if (line.find("R_hat") != std::string::npos || !table.empty())
      if (!line.empty())
        table.push_back(line);
  ASSERT_GT(table.size(), 10u);
  for (const std::string &line : table)
    EXPECT_EQ(line.size(), table[0].size()) << line;
  std::istringstream header(table[0]);
  std::string word, words;
  while (header >> word)
    words += word + " ";
  EXPECT_EQ(words, "Mean MCSE StdDev MAD 5% 50% 95% ESS_bulk ESS_tail R_hat ");
  EXPECT_NE(text.find("theta_tilde[8]"), std::string::npos);
  EXPECT_NE(text.find("pair[2,1]"), std::string::npos);
}

TEST(Summary, SaysWhatToWorryAbout) {
  inference::Draws draws = schoolsDraws();
  // Columns of constants say nothing, so good draws have no problem.
  EXPECT_EQ(formatDiagnosis(summarize(draws, "m")), "no problems detected\n");
  inference::Draws bad = draws;
  int64_t columns = bad.columns();
  for (int64_t row = 0; row < 300; ++row) {
    bad.chains[0].values[row * columns + 7] += 100; // mu
    bad.chains[1].values[row * columns + 3] = 10;   // depth
    bad.chains[2].values[row * columns + 5] = row % 2;
    bad.chains[3].values[row * columns + 6] = double(row); // energy
  }
  std::string text = formatDiagnosis(summarize(bad, "m"));
  EXPECT_NE(text.find("150 of 1200 draws (12 %) ended with a divergence"), std::string::npos) << text;
  EXPECT_NE(text.find("300 of 1200 draws (25 %) reached the maximal tree depth 10"), std::string::npos);
  EXPECT_NE(text.find("chain 4: E-BFMI"), std::string::npos);
  EXPECT_NE(text.find("R-hat is above 1.01: chains have not mixed; run longer: mu\n"), std::string::npos);
  EXPECT_NE(text.find("effective sample size is below 100 a chain"), std::string::npos);

  inference::Draws undefined = draws;
  undefined.chains[1].values[20 * columns + 7] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_EQ(formatDiagnosis(summarize(undefined, "m")).substr(0, 78),
            "some draws are not numbers: a check failed there, or nothing was assigned: mu\n");
}

TEST(Summary, NeedsDraws) {
  inference::Draws draws = schoolsDraws();
  draws.chains[0].values.clear();
  EXPECT_EQ(tests::errorOf([&] { summarize(draws, "m"); }), "draws were not kept in memory");
  EXPECT_EQ(tests::errorOf([] { summarize(std::vector<io::CsvFile>()); }), "no files to summarize");
}

TEST(Summary, NamesHaveBrackets) {
  EXPECT_EQ(displayName("x"), "x");
  EXPECT_EQ(displayName("lp__"), "lp__");
  EXPECT_EQ(displayName("x.1"), "x[1]");
  EXPECT_EQ(displayName("theta.10.2.3"), "theta[10,2,3]");
}
