//===- compiling-client.cpp - a program that uses the installed compiler --===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompiledModel.h"
#include "runtime/io/Json.h"
#include "runtime/model/Evaluation.h"

#include <cstdio>
#include <vector>

int main(int, char **argv) {
  auto compiled = astragal::compileFile(argv[1], astragal::io::readJson(argv[2]));
  std::vector<double> q(compiled->model().dimension()), gradient(q.size());
  astragal::model::Evaluation evaluation(compiled->model());
  std::printf("compiled %s: %.9g\n", compiled->model().name().c_str(),
              evaluation.gradient(q.data(), gradient.data()));
}
