//===- LoadedModel.cpp - compiled code in this process --------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/LoadedModel.h"

#include "runtime/Error.h"
#include "runtime/model/ObjectImage.h"

namespace astragal::driver {

static LinkedObject load(const Code &code) {
  auto image = std::make_shared<model::ObjectImage>(code.objects);
  std::vector<astragal_function> functions;
  for (int entry : code.entries)
    functions.push_back(reinterpret_cast<astragal_function>(image->find(entryNames[entry])));
  return {image, functions};
}

void LoadedModel::add(const Code &code, const Linker &linker) {
  LinkedObject linked = !model::ObjectImage::isSupported() && linker ? linker(code) : load(code);
  for (size_t k = 0; k < code.entries.size(); ++k)
    if (!linked.functions[k])
      throw Error(Error::Kind::Model,
                  std::string("machine code lacks the entry '") + entryNames[code.entries[k]] + "'");
  objects.push_back(std::move(linked.owner));
  for (size_t k = 0; k < code.entries.size(); ++k)
    tables.setEntry(code.entries[k], linked.functions[k]);
  tables.addChecks(code.checks);
  tables.addRegions(code.description.regions);
}

} // namespace astragal::driver
