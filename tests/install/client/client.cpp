//===- client.cpp - a program that uses the installed runtime -------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"
#include "runtime/model/Library.h"

#include <cstdio>
#include <vector>

int main(int, char **argv) {
  astragal::model::Library library(argv[1]);
  astragal::model::Model model(library.model(), astragal::io::readJson(argv[2]));
  std::vector<double> q(model.dimension()), gradient(model.dimension());
  astragal::model::Evaluation evaluation(model);
  double lp = evaluation.gradient(q.data(), gradient.data());
  std::printf("%s with %zu parameters: %.9g\n", model.name().c_str(), q.size(), lp);
}
