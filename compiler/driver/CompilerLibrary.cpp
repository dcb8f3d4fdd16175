//===- CompilerLibrary.cpp - the compiler as a library to open ------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/CompilerLibrary.h"

#include "runtime/Error.h"

#include <cstdlib>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <fcntl.h>
#include <link.h>
#include <sys/stat.h>
#include <unistd.h>

namespace astragal::driver {

static constexpr const char *fileName = "libAstragalCompiler.so";

static bool exists(const std::string &path) { return access(path.c_str(), R_OK) == 0; }

std::string findCompiler() {
  if (const char *given = std::getenv("ASTRAGAL_COMPILER"); given && *given)
    return given;
  char executable[4096];
  ssize_t length = readlink("/proc/self/exe", executable, sizeof executable);
  std::string folder = length > 0 ? std::string(executable, size_t(length)) : "";
  folder.resize(folder.rfind('/') == std::string::npos ? 0 : folder.rfind('/'));
  for (const char *place : {"/../lib/", "/"})
    if (std::string path = folder + place + fileName; exists(path))
      return path;
  // The folders that the executable was linked to look in, and LD_LIBRARY_PATH.
  std::string found;
  void *self = dlopen(nullptr, RTLD_LAZY);
  Dl_serinfo size;
  if (self && dlinfo(self, RTLD_DI_SERINFOSIZE, &size) == 0) {
    std::string buffer(size.dls_size, '\0');
    auto *folders = reinterpret_cast<Dl_serinfo *>(buffer.data());
    dlinfo(self, RTLD_DI_SERINFOSIZE, folders);
    if (dlinfo(self, RTLD_DI_SERINFO, folders) == 0)
      for (unsigned k = 0; k < folders->dls_cnt && found.empty(); ++k)
        if (std::string path = std::string(folders->dls_serpath[k].dls_name) + "/" + fileName; exists(path))
          found = path;
  }
  if (self)
    dlclose(self);
  return found;
}

static Service &open() {
  std::string path = findCompiler();
  if (path.empty())
    throw Error(Error::Kind::IO, std::string("the compiler is missing: there is no ") + fileName +
                                     " beside this program, nor in ../lib; ASTRAGAL_COMPILER may name it");
  void *library = dlopen(path.c_str(), RTLD_LAZY | RTLD_LOCAL);
  if (!library) {
    const char *why = dlerror();
    throw Error(Error::Kind::IO, "the compiler cannot be loaded: " + std::string(why ? why : path));
  }
  auto get = reinterpret_cast<OpenCompilerFunction *>(dlsym(library, ASTRAGAL_COMPILER_SYMBOL));
  Service *service = get ? get(ASTRAGAL_INTERFACE) : nullptr;
  if (!service) {
    dlclose(library);
    throw Error(Error::Kind::IO,
                path + ": not the compiler that this program (version " ASTRAGAL_VERSION ") was built with");
  }
  return *service;
}

Service &openCompiler() {
  static Service &service =
      open(); // never closed: LLVM has destructors that must run after everything else's
  return service;
}

/// The id that the linker made of the contents of an ELF file, or nothing.
static std::string readBuildId(int file) {
  ElfW(Ehdr) header;
  if (pread(file, &header, sizeof header, 0) != sizeof header ||
      std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0)
    return "";
  for (unsigned k = 0; k < header.e_phnum; ++k) {
    ElfW(Phdr) segment;
    if (pread(file, &segment, sizeof segment, off_t(header.e_phoff + k * sizeof segment)) != sizeof segment)
      return "";
    if (segment.p_type != PT_NOTE || segment.p_filesz > 65536)
      continue;
    std::string notes(segment.p_filesz, '\0');
    if (pread(file, notes.data(), notes.size(), off_t(segment.p_offset)) != ssize_t(notes.size()))
      return "";
    for (size_t at = 0; at + sizeof(ElfW(Nhdr)) <= notes.size();) {
      ElfW(Nhdr) note;
      std::memcpy(&note, notes.data() + at, sizeof note);
      size_t text = at + sizeof note + (note.n_namesz + 3) / 4 * 4;
      if (text > notes.size() || note.n_descsz > notes.size() - text)
        return "";
      if (note.n_type == NT_GNU_BUILD_ID)
        return notes.substr(text, note.n_descsz);
      at = text + (note.n_descsz + 3) / 4 * 4;
    }
  }
  return "";
}

std::string identifyCompiler() {
  std::string path = findCompiler();
  int file = path.empty() ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0)
    return "";
  std::string id = readBuildId(file);
  struct stat status;
  if (id.empty() && fstat(file, &status) == 0)
    id = path + " " + std::to_string(status.st_size) + " " + std::to_string(status.st_mtim.tv_sec) + "." +
         std::to_string(status.st_mtim.tv_nsec);
  close(file);
  return id;
}

} // namespace astragal::driver
