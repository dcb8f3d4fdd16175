//===- ObjectImage.cpp - machine code of an object file -------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/model/ObjectImage.h"
#include "runtime/Error.h"
#include "runtime/abi.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <dlfcn.h>
#include <elf.h>
#include <sys/mman.h>
#include <unistd.h>
#include <vector>

using namespace astragal;
using namespace astragal::model;

bool ObjectImage::isSupported() {
#if defined(__x86_64__) && defined(__linux__)
  return true;
#else
  return false;
#endif
}

ObjectImage::~ObjectImage() = default;

ObjectImage::Block::~Block() {
  if (memory)
    munmap(memory, size);
}

void *ObjectImage::find(std::string_view name) const {
  auto found = symbols.find(std::string(name));
  return found == symbols.end() ? nullptr : found->second;
}

/// A function that generated code calls: of the lists in abi.h, or of the C library.
static void *findCallable(const char *name) {
  static const std::unordered_map<std::string_view, void *> callables = {
#define ASTRAGAL_BIND(result, name, arguments) {#name, reinterpret_cast<void *>(&name)},
      ASTRAGAL_CALLABLES(ASTRAGAL_BIND)
#undef ASTRAGAL_BIND
#define ASTRAGAL_BIND(name, arity) {"astragal_" #name, reinterpret_cast<void *>(&astragal_##name)},
          ASTRAGAL_SPECIAL_FUNCTIONS(ASTRAGAL_BIND)
#undef ASTRAGAL_BIND
  };
  auto found = callables.find(name);
  return found == callables.end() ? dlsym(RTLD_DEFAULT, name) : found->second;
}

static size_t alignTo(size_t offset, size_t alignment) {
  return alignment > 1 ? (offset + alignment - 1) / alignment * alignment : offset;
}

namespace astragal::model {

/// Lays sections out in one block: code and jumps to what lies far away, constants and addresses, then what
/// may be written to. Each begins on a page, which is protected when all is in place.
class ObjectLoader {
public:
  using Symbols = std::unordered_map<std::string, void *>;
  ObjectLoader(std::string_view object, const Symbols &known) : object(object), known(known) {}

  /// What the object defines for others.
  Symbols load() {
    readSections();
    layOut();
    for (const Elf64_Shdr &section : sections)
      if (section.sh_type == SHT_RELA && section.sh_info < sections.size() && isPlaced(section.sh_info))
        relocate(section);
    protect(0, readOnly, PROT_READ | PROT_EXEC);
    protect(readOnly, writable, PROT_READ);
    Symbols defined;
    for (size_t k = 0; k < symbols.size(); ++k)
      if (ELF64_ST_BIND(symbols[k].st_info) == STB_GLOBAL && isPlaced(symbols[k].st_shndx))
        defined.emplace(nameOf(symbols[k]), addressOf(k));
    return defined;
  }
  ObjectImage::Block takeBlock() { return std::move(block); }

private:
  enum Segment { Code, Constants, Data };
  static constexpr size_t notPlaced = ~size_t(0);
  static constexpr size_t jumpSize = 16, slotSize = 8;
  /// More than any model has, and far from what a sum of sizes overflows at.
  static constexpr uint64_t maxSection = uint64_t(1) << 40;

  [[noreturn]] static void fail(const std::string &what) {
    throw Error(Error::Kind::Model, "machine code cannot be loaded: " + what);
  }

  template <typename T> T read(size_t offset) const {
    T value;
    if (offset > object.size() || sizeof(T) > object.size() - offset)
      fail("the object ends too early");
    std::memcpy(&value, object.data() + offset, sizeof(T));
    return value;
  }
  template <typename T> std::vector<T> readTable(const Elf64_Shdr &section) const {
    if (section.sh_offset > object.size() || section.sh_size > object.size() - section.sh_offset)
      fail("the object ends too early");
    std::vector<T> table(section.sh_size / sizeof(T));
    if (!table.empty())
      std::memcpy(table.data(), object.data() + section.sh_offset, table.size() * sizeof(T));
    return table;
  }

  void readSections() {
    auto header = read<Elf64_Ehdr>(0);
    if (std::memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 || header.e_ident[EI_CLASS] != ELFCLASS64 ||
        header.e_type != ET_REL || header.e_machine != EM_X86_64)
      fail("not an object file of this machine");
    for (unsigned k = 0; k < header.e_shnum; ++k)
      sections.push_back(read<Elf64_Shdr>(header.e_shoff + k * sizeof(Elf64_Shdr)));
    for (const Elf64_Shdr &section : sections) {
      if (section.sh_type != SHT_SYMTAB || section.sh_link >= sections.size())
        continue;
      symbols = readTable<Elf64_Sym>(section);
      names = readTable<char>(sections[section.sh_link]);
      names.push_back('\0');
    }
  }

  /// Nothing unwinds through generated code, so what describes its frames stays out.
  static bool isWanted(const Elf64_Shdr &section) {
    return (section.sh_flags & SHF_ALLOC) &&
           (section.sh_type == SHT_PROGBITS || section.sh_type == SHT_NOBITS);
  }
  bool isPlaced(size_t section) const { return section < places.size() && places[section] != notPlaced; }

  Segment segmentOf(const Elf64_Shdr &section) const {
    if (section.sh_flags & SHF_EXECINSTR)
      return Code;
    bool isRelocatedOnly = section.sh_name < sectionNames.size() &&
                           std::strncmp(sectionNames.data() + section.sh_name, ".data.rel.ro", 12) == 0;
    return (section.sh_flags & SHF_WRITE) && !isRelocatedOnly ? Data : Constants;
  }

  void layOut() {
    auto header = read<Elf64_Ehdr>(0);
    if (header.e_shstrndx < sections.size())
      sectionNames = readTable<char>(sections[header.e_shstrndx]);
    sectionNames.push_back('\0');
    size_t page = size_t(sysconf(_SC_PAGESIZE)), end = 0;
    places.assign(sections.size(), notPlaced);
    for (Segment segment : {Code, Constants, Data}) {
      end = alignTo(end, page);
      if (segment == Constants)
        readOnly = end;
      if (segment == Data)
        writable = end;
      for (size_t k = 0; k < sections.size(); ++k) {
        if (!isWanted(sections[k]) || segmentOf(sections[k]) != segment)
          continue;
        uint64_t alignment = std::max<uint64_t>(sections[k].sh_addralign, 1);
        if (sections[k].sh_size > maxSection || alignment > page || (alignment & (alignment - 1)) != 0)
          fail("a section has a size or an alignment that cannot be");
        end = places[k] = alignTo(end, alignment);
        end += sections[k].sh_size;
      }
      if (segment == Code) {
        jumps = alignTo(end, jumpSize);
        end = jumps + jumpSize * symbols.size();
      } else if (segment == Constants) {
        slots = alignTo(end, slotSize);
        end = slots + slotSize * symbols.size();
      }
    }
    block.size = alignTo(end, page);
    void *pages = mmap(nullptr, block.size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (pages == MAP_FAILED)
      fail("no memory");
    block.memory = static_cast<char *>(pages);
    for (size_t k = 0; k < sections.size(); ++k)
      if (isPlaced(k) && sections[k].sh_type == SHT_PROGBITS) {
        std::vector<char> contents = readTable<char>(sections[k]);
        std::copy(contents.begin(), contents.end(), block.memory + places[k]);
      }
  }

  const char *nameOf(const Elf64_Sym &symbol) const {
    return symbol.st_name < names.size() ? names.data() + symbol.st_name : "";
  }

  /// Where a symbol of the object, or of this process, lies.
  char *addressOf(size_t index) {
    if (index >= symbols.size())
      fail("a symbol is missing");
    const Elf64_Sym &symbol = symbols[index];
    if (symbol.st_shndx == SHN_UNDEF) {
      auto before = known.find(nameOf(symbol));
      void *found = before == known.end() ? findCallable(nameOf(symbol)) : before->second;
      if (!found)
        fail(std::string("'") + nameOf(symbol) + "' is not defined");
      return static_cast<char *>(found);
    }
    if (!isPlaced(symbol.st_shndx))
      fail(std::string("'") + nameOf(symbol) + "' has no place");
    if (symbol.st_value > sections[symbol.st_shndx].sh_size)
      fail(std::string("'") + nameOf(symbol) + "' is outside of its section");
    return block.memory + places[symbol.st_shndx] + symbol.st_value;
  }

  /// An address within reach of 32 bits from all code: the symbol's own, or a jump to it.
  char *nearAddressOf(size_t index) {
    char *address = addressOf(index);
    if (symbols[index].st_shndx != SHN_UNDEF)
      return address;
    char *jump = block.memory + jumps + jumpSize * index;
    static constexpr unsigned char jumpThroughNext[] = {0xff, 0x25, 0, 0, 0, 0}; // jmp *[rip + 0]
    std::memcpy(jump, jumpThroughNext, sizeof jumpThroughNext);
    std::memcpy(jump + sizeof jumpThroughNext, &address, sizeof address);
    return jump;
  }

  char *slotOf(size_t index) {
    char *address = addressOf(index), *slot = block.memory + slots + slotSize * index;
    std::memcpy(slot, &address, sizeof address);
    return slot;
  }

  template <typename T> static void store(char *place, int64_t value) {
    if (T(value) != value)
      fail("an address is out of reach");
    T narrow = T(value);
    std::memcpy(place, &narrow, sizeof narrow);
  }

  void relocate(const Elf64_Shdr &table) {
    const Elf64_Shdr &target = sections[table.sh_info];
    for (const Elf64_Rela &relocation : readTable<Elf64_Rela>(table)) {
      size_t symbol = ELF64_R_SYM(relocation.r_info), type = ELF64_R_TYPE(relocation.r_info);
      bool isWide = type == R_X86_64_64 || type == R_X86_64_PC64;
      size_t width = isWide ? 8 : 4;
      if (relocation.r_offset > target.sh_size || width > target.sh_size - relocation.r_offset)
        fail("a relocation is outside of its section");
      char *place = block.memory + places[table.sh_info] + relocation.r_offset;
      auto relativeTo = [&](char *address) { return address - place + relocation.r_addend; };
      switch (type) {
      case R_X86_64_64:
        store<int64_t>(place, reinterpret_cast<int64_t>(addressOf(symbol)) + relocation.r_addend);
        break;
      case R_X86_64_PC64:
        store<int64_t>(place, relativeTo(addressOf(symbol)));
        break;
      case R_X86_64_PC32:
      case R_X86_64_PLT32:
        store<int32_t>(place, relativeTo(nearAddressOf(symbol)));
        break;
      case R_X86_64_GOTPCREL:
      case R_X86_64_GOTPCRELX:
      case R_X86_64_REX_GOTPCRELX:
        store<int32_t>(place, relativeTo(slotOf(symbol)));
        break;
      default:
        fail("a relocation of kind " + std::to_string(type) + " is not supported yet");
      }
    }
  }

  void protect(size_t begin, size_t end, int protection) {
    if (begin != end && mprotect(block.memory + begin, end - begin, protection) != 0)
      fail("memory cannot be made executable");
  }

  std::string_view object;
  const Symbols &known;
  ObjectImage::Block block;
  std::vector<Elf64_Shdr> sections;
  std::vector<char> sectionNames;
  std::vector<Elf64_Sym> symbols;
  std::vector<char> names;
  /// Of each section its offset in the block.
  std::vector<size_t> places;
  size_t jumps = 0, slots = 0, readOnly = 0, writable = 0;
};

} // namespace astragal::model

ObjectImage::ObjectImage(const std::vector<std::string> &objects) {
  for (const std::string &object : objects) {
    ObjectLoader loader(object, symbols);
    symbols.merge(loader.load());
    blocks.push_back(loader.takeBlock());
  }
}
