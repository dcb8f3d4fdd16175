//===- Library.cpp - a model in a shared library --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Library.h"
#include "runtime/Error.h"

#include <dlfcn.h>

using namespace astragal;
using namespace astragal::model;

Library::Library(const std::string &path) {
  // A bare name would be searched for in the system's folders.
  std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    throw Error(Error::Kind::IO, path + ": cannot load library: " + (reason ? reason : "unknown reason"));
  }
  loaded = std::shared_ptr<void>(handle, [](void *handle) { dlclose(handle); });
  auto get = reinterpret_cast<const astragal_model *(*)()>(dlsym(handle, ASTRAGAL_MODEL_SYMBOL));
  if (!get)
    throw Error(Error::Kind::Model,
                path + ": not a compiled model: symbol '" ASTRAGAL_MODEL_SYMBOL "' is missing");
  description = get();
  if (!description || description->abi_version != ASTRAGAL_ABI_VERSION)
    throw Error(Error::Kind::Model, path + ": compiled for version " +
                                        std::to_string(description ? description->abi_version : 0) +
                                        " of the interface, this runtime has version " +
                                        std::to_string(ASTRAGAL_ABI_VERSION));
}
