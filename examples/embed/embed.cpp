//===- embed.cpp - a Stan model inside a C++ program ----------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//
//
// Compiles a Stan program in memory, evaluates its log density and gradient, and samples it.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/Error.h"
#include "runtime/inference/Sample.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"

#include <algorithm>
#include <cstdio>
#include <numeric>

using namespace astragal;

int main(int argc, char **argv) try {
  if (argc != 3)
    throw Error(Error::Kind::Usage, "usage: embed MODEL.stan DATA.json");
  auto compiled = compileFile(argv[1], io::readJson(argv[2]));
  model::Model &model = compiled->model();

  std::vector<double> q(model.dimension(), 0.0), gradient(model.dimension());
  model::Evaluation evaluation(model); // one a thread
  double lp = evaluation.gradient(q.data(), gradient.data());
  std::printf("log density at the origin: %.10g\n", lp);
  for (size_t i = 0; i < q.size(); ++i)
    std::printf("  d/d %-14s %.10g\n", model.unconstrainedNames()[i].c_str(), gradient[i]);

  inference::SampleOptions options;
  options.seed = 1;
  options.refresh = 0; // no progress line
  inference::Draws draws = inference::sample(model, options);
  for (const char *name : {"mu", "tau", "theta[1]"}) {
    std::vector<double> values = draws.find(name);
    double mean = std::accumulate(values.begin(), values.end(), 0.0) / values.size();
    std::nth_element(values.begin(), values.begin() + values.size() / 2, values.end());
    std::printf("%-8s mean %6.2f, median %6.2f of %zu draws\n", name, mean, values[values.size() / 2],
                values.size());
  }
} catch (const Error &error) {
  std::fprintf(stderr, "%s\n", error.what());
  return 1;
}
