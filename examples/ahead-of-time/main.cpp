//===- main.cpp - a model in a shared library, without a compiler ---------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Loads a model that `astragal compile --emit=shared` wrote, binds data, evaluates and samples. Only the
// runtime is linked.
//
//===----------------------------------------------------------------------===//

#include "runtime/Error.h"
#include "runtime/diagnostics/Summary.h"
#include "runtime/inference/Sample.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "runtime/model/Library.h"

#include <cstdio>

using namespace astragal;

int main(int argc, char **argv) try {
  if (argc != 3)
    throw Error(Error::Kind::Usage, "usage: ahead-of-time LIBRARY.so DATA.json");
  model::Library library(argv[1]);
  model::ModelOptions binding;
  binding.owner = library.handle();
  model::Model model(library.model(), io::readJson(argv[2]), binding);

  std::vector<double> q(model.dimension(), 0.0), gradient(model.dimension());
  model::Evaluation evaluation(model);
  double lp = evaluation.gradient(q.data(), gradient.data());
  std::printf("%s: log density at the origin %.10g\n", model.name().c_str(), lp);

  inference::SampleOptions options;
  options.seed = 1;
  options.refresh = 0;
  diagnostics::Summary summary = diagnostics::summarize(inference::sample(model, options), model.name());
  for (const diagnostics::SummaryRow &row : summary.rows)
    if (row.name == "mu" || row.name == "tau")
      std::printf("%-4s mean %.2f, standard error %.2f\n", row.name.c_str(), row.statistics.mean,
                  row.statistics.mcse);
} catch (const Error &error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
