//===- Summary.cpp - astragal summary -------------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/diagnostics/Summary.h"
#include "runtime/Error.h"
#include "runtime/io/CsvReader.h"
#include "tools/astragal/Commands.h"

#include <cstdio>
#include <memory>

namespace astragal::tool {

namespace {
struct Options {
  std::vector<std::string> files;
  int digits = 3;
};

void run(const Options &o) {
  std::vector<io::CsvFile> chains;
  for (const std::string &file : o.files) {
    chains.push_back(io::readCsv(file));
    if (!chains.back().cutRow.empty())
      std::fprintf(stderr, "%s\n", chains.back().cutRow.c_str());
    if (chains.back().rows == chains.back().warmupRows)
      throw Error(Error::Kind::Data, file + ": no draws after warm-up");
  }
  diagnostics::Summary summary = diagnostics::summarize(chains);
  std::fputs(diagnostics::formatSummary(summary, o.digits).c_str(), stdout);
  std::fputs(diagnostics::formatDiagnosis(summary).c_str(), stdout);
}
} // namespace

void addSummary(CLI::App &app) {
  auto o = std::make_shared<Options>();
  CLI::App *c = app.add_subcommand("summary", "Summarise CSV files of draws, ours or CmdStan's, one a chain");
  c->add_option("files", o->files, "CSV files")->required();
  c->add_option("--digits", o->digits, "Significant digits")->check(between(1, 17))->capture_default_str();
  c->footer("Columns are stansummary's: rank-normalised split R-hat, bulk and tail effective sample sizes\n"
            "(Vehtari, Gelman, Simpson, Carpenter, Buerkner 2021).");
  c->callback([o] { run(*o); });
}

} // namespace astragal::tool
