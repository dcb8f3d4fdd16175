//===- Library.cpp - a model in a shared library --------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/Library.h"
#include "runtime/Error.h"
#include "runtime/io/File.h"

#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <string_view>

using namespace astragal;
using namespace astragal::model;

/// Whether a shared library of this machine exports a symbol: loading one runs its code. Throws Error (IO)
/// for what is none.
static bool exportsSymbol(const std::string &path, std::string_view symbol) {
  std::string bytes;
  try {
    bytes = io::readFile(path);
  } catch (const Error &error) {
    throw Error(Error::Kind::IO,
                path + ": cannot load library" + std::string(error.what()).substr(path.size()));
  }
  auto read = [&](auto &into, uint64_t offset) {
    if (offset > bytes.size() || bytes.size() - offset < sizeof into)
      return false;
    std::memcpy(&into, bytes.data() + offset, sizeof into);
    return true;
  };
  Elf64_Ehdr header;
  if (!read(header, 0) || std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
      header.e_ident[EI_CLASS] != ELFCLASS64 || header.e_type != ET_DYN)
    throw Error(Error::Kind::IO, path + ": cannot load library: it is no shared library");
  for (unsigned i = 0; i < header.e_shnum; ++i) {
    Elf64_Shdr symbols, names;
    if (!read(symbols, header.e_shoff + uint64_t(i) * sizeof symbols) || symbols.sh_type != SHT_DYNSYM ||
        !read(names, header.e_shoff + uint64_t(symbols.sh_link) * sizeof names))
      continue;
    Elf64_Sym entry;
    for (uint64_t at = 0; at + sizeof entry <= symbols.sh_size && read(entry, symbols.sh_offset + at);
         at += sizeof entry) {
      uint64_t name = names.sh_offset + entry.st_name;
      if (entry.st_shndx != SHN_UNDEF && name < bytes.size() && symbol == bytes.c_str() + name)
        return true;
    }
  }
  return false;
}

Library::Library(const std::string &path) {
  if (!exportsSymbol(path, ASTRAGAL_MODEL_SYMBOL))
    throw Error(Error::Kind::Model,
                path + ": not a compiled model: symbol '" ASTRAGAL_MODEL_SYMBOL "' is missing");
  // A bare name would be searched for in the system's folders.
  std::string file = path.find('/') == std::string::npos ? "./" + path : path;
  void *handle = dlopen(file.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) {
    const char *reason = dlerror();
    throw Error(Error::Kind::IO, path + ": cannot load library: " + (reason ? reason : "unknown reason"));
  }
  loaded = std::shared_ptr<void>(handle, [](void *handle) { dlclose(handle); });
  auto get = reinterpret_cast<const astragal_model *(*)()>(dlsym(handle, ASTRAGAL_MODEL_SYMBOL));
  description = get ? get() : nullptr;
  if (!description || description->abi_version != ASTRAGAL_ABI_VERSION)
    throw Error(Error::Kind::Model, path + ": compiled for version " +
                                        std::to_string(description ? description->abi_version : 0) +
                                        " of the interface, this runtime has version " +
                                        std::to_string(ASTRAGAL_ABI_VERSION));
}
