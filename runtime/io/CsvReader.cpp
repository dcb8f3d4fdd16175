//===- CsvReader.cpp - reading draws back ---------------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "runtime/io/CsvReader.h"
#include "runtime/Error.h"
#include "runtime/io/File.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <string_view>

using namespace astragal;
using namespace astragal::io;

static std::string_view trim(std::string_view text) {
  const char *blanks = " \t\r";
  size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos)
    return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

static bool toNumber(std::string_view text, double &value) {
  text = trim(text);
  if (!text.empty() && text[0] == '+')
    text.remove_prefix(1);
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  // Beyond the range of double, value is untouched: such text is not a number that anybody wrote with %g.
  return error == std::errc() && end == text.data() + text.size();
}

/// As Stan has them ("theta.1.2", of tuples "pair.1:2"), or as people write them ("theta[1]").
static bool isColumnName(std::string_view name) {
  return !name.empty() && std::isalpha(static_cast<unsigned char>(name[0])) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return std::isalnum(static_cast<unsigned char>(c)) ||
                  std::string_view("_.:[]").find(c) != std::string_view::npos;
         });
}

/// Calls `take` for each field between commas.
template <typename Take> static void split(std::string_view line, Take take) {
  for (;;) {
    size_t comma = line.find(',');
    take(trim(line.substr(0, comma)));
    if (comma == std::string_view::npos)
      return;
    line.remove_prefix(comma + 1);
  }
}

namespace {

class Reader {
public:
  Reader(CsvFile &file, const LineReader &lines) : file(file), lines(lines) {}

  void line(std::string_view text) {
    ++number;
    text = trim(text);
    if (text.empty())
      return;
    if (text[0] == '#')
      return comment(trim(text.substr(1)));
    inMetric = false;
    if (file.names.empty())
      return split(text, [&](std::string_view name) {
        if (!isColumnName(name))
          throw Error(Error::Kind::Data, file.path + ":" + std::to_string(number) +
                                             ": not a name of a column: '" + std::string(name.substr(0, 40)) +
                                             "'; a file of draws has a line of names");
        file.names.emplace_back(name);
      });
    row(text);
  }

  void finish() {
    if (file.names.empty())
      throw Error(Error::Kind::Data, file.path + ": no header of column names");
    if (adapted || file.settings["save_warmup"].empty())
      return;
    // Without an adaptation block, the settings tell where warm-up ends.
    std::string saved = file.settings["save_warmup"];
    double thin = file.setting("thin", 1), warmup = file.setting("num_warmup", 0);
    if ((saved == "true" || saved == "1") && thin >= 1 && file.settings["algorithm"] != "fixed_param")
      file.warmupRows = std::min<int64_t>(file.rows, int64_t((warmup + thin - 1) / thin));
  }

private:
  void comment(std::string_view text) {
    double value;
    if (text == "Adaptation terminated") {
      adapted = true;
      file.warmupRows = file.rows;
    } else if (text.starts_with("Step size =")) {
      if (toNumber(text.substr(11), value))
        file.stepSize = value;
    } else if (text.ends_with("inverse mass matrix:")) {
      inMetric = true;
    } else if (text.find("seconds (") != std::string_view::npos) {
      inMetric = false;
      std::string_view amount = trim(text.starts_with("Elapsed Time:") ? text.substr(13) : text);
      if (!toNumber(amount.substr(0, amount.find(' ')), value))
        return;
      if (text.ends_with("(Warm-up)"))
        file.warmupSeconds = value;
      else if (text.ends_with("(Sampling)"))
        file.sampleSeconds = value;
    } else if (inMetric && !text.empty()) {
      split(text, [&](std::string_view field) {
        if (toNumber(field, value))
          file.inverseMetric.push_back(value);
      });
    } else if (file.names.empty()) {
      size_t equals = text.find(" =");
      if (equals == std::string_view::npos)
        return;
      std::string_view setting = trim(text.substr(equals + 2));
      if (setting.ends_with("(Default)"))
        setting = trim(setting.substr(0, setting.size() - 9));
      file.settings.insert_or_assign(std::string(trim(text.substr(0, equals))), std::string(setting));
    }
  }

  void row(std::string_view text) {
    size_t before = file.values.size(), count = file.names.size();
    if (file.values.capacity() < before + count)
      file.values.reserve(before + std::max(count, expectedValues()));
    size_t fields = 0;
    std::string_view wrong;
    split(text, [&](std::string_view field) {
      double value = 0;
      if (!toNumber(field, value) && wrong.empty())
        wrong = field.empty() ? "an empty field" : field;
      if (++fields <= count)
        file.values.push_back(value);
    });
    if (fields == count && wrong.empty()) {
      ++file.rows;
      return;
    }
    file.values.resize(before);
    std::string place = file.path + ":" + std::to_string(number) + ": ";
    if (!lines.isComplete() && fields <= count) {
      file.cutRow = place + "the last row is cut off in field " + std::to_string(fields) + " of " +
                    std::to_string(count) + "; it is left out";
      return;
    }
    if (fields != count)
      throw Error(Error::Kind::Data,
                  place + "expected " + std::to_string(count) + " fields, got " + std::to_string(fields));
    throw Error(Error::Kind::Data, place + "not a number: '" + std::string(wrong) + "'");
  }

  /// How many more there are, by the size of the file: a vector that grows by doubling takes twice the
  /// memory.
  size_t expectedValues() const {
    double ratio = lines.sizeRatio(), rows = double(file.rows + 1);
    if (ratio <= 1)
      return file.values.size();
    return size_t((1.1 * ratio * rows - double(file.rows)) * double(file.names.size()));
  }

  CsvFile &file;
  const LineReader &lines;
  size_t number = 0;
  bool inMetric = false, adapted = false;
};

} // namespace

CsvFile astragal::io::readCsv(const std::string &path) {
  LineReader lines(path);
  CsvFile file;
  file.path = path;
  Reader reader(file, lines);
  for (std::string_view line; lines.next(line);)
    reader.line(line);
  reader.finish();
  return file;
}

std::vector<double> CsvFile::column(int64_t index) const {
  std::vector<double> result;
  result.reserve(rows - warmupRows);
  for (int64_t row = warmupRows; row < rows; ++row)
    result.push_back(values[row * columns() + index]);
  return result;
}

double CsvFile::setting(const std::string &name, double otherwise) const {
  auto found = settings.find(name);
  double value;
  return found != settings.end() && toNumber(found->second, value) ? value : otherwise;
}
