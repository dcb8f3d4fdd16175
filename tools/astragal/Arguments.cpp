//===- Arguments.cpp - what the command line takes ------------------------===//
//
// Part of the Astragal project, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "tools/astragal/Arguments.h"
#include "runtime/io/Similar.h"

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <map>

namespace astragal::tool {

template <typename Number> static bool parse(const std::string &text, Number &value) {
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size();
}

CLI::Validator between(int64_t least, int64_t most) {
  std::string range = "from " + std::to_string(least) + " to " + std::to_string(most);
  return CLI::Validator(
      [=](std::string &text) {
        int64_t value;
        bool fits = parse(text, value) && least <= value && value <= most;
        return fits ? "" : "expected a whole number " + range + ", got '" + text + "'";
      },
      range);
}

CLI::Validator betweenReals(double least, double most, const std::string &range) {
  return CLI::Validator(
      [=](std::string &text) {
        double value;
        bool fits = parse(text, value) && least <= value && value <= most;
        return fits ? "" : "expected a number " + range + ", got '" + text + "'";
      },
      range);
}

CLI::Validator oneOf(const std::vector<std::string> &words) {
  std::string all;
  for (const std::string &word : words)
    all += (all.empty() ? "" : &word == &words.back() ? " or " : ", ") + word;
  return CLI::Validator(
      [=](std::string &text) {
        if (std::find(words.begin(), words.end(), text) != words.end())
          return std::string();
        std::string similar = io::findSimilar(text, words);
        return "expected " + all + ", got '" + text + "'" +
               (similar.empty() ? "" : "; did you mean '" + similar + "'?");
      },
      all);
}

void addIncludePath(CLI::App *command, std::vector<std::string> &folders) {
  command->add_option("--include-path", folders, "Where #include looks; once for each folder")
      ->allow_extra_args(false)
      ->check(CLI::Validator(
          [](std::string &path) {
            std::error_code error;
            if (std::filesystem::is_directory(path, error))
              return std::string();
            return "expected a folder, and '" + path + "' is " +
                   (std::filesystem::exists(path, error) ? "none" : "not there");
          },
          "FOLDER"));
}

/// How a command is used.
static std::string exampleOf(const CLI::App *command) {
  static const std::map<std::string, std::string> examples = {
      {"sample", "model.stan --data data.json"},
      {"log-prob", "model.stan --data data.json --unconstrained points.json"},
      {"check", "model.stan"},
      {"compile", "model.stan --emit=shared -o model.so"},
      {"bench", "model.stan --data data.json"},
      {"summary", "draws_1.csv draws_2.csv"},
      {"cache", "clear"}};
  std::string name = command ? command->get_name() : "sample";
  auto found = examples.find(name);
  return "astragal " + name + " " + (found == examples.end() ? "--help" : found->second);
}

/// The flag that `wrong` may stand for: "; did you mean '--data'?".
static std::string suggestFlag(const CLI::App *command, const std::string &wrong) {
  std::vector<std::string> flags;
  for (const CLI::Option *option : command->get_options())
    for (const std::string &name : option->get_lnames())
      flags.push_back("--" + name);
  std::string similar = io::findSimilar(wrong.substr(0, wrong.find('=')), flags);
  return similar.empty() ? "" : "; did you mean '" + similar + "'?";
}

static std::string describeExtras(const CLI::App *command, const std::vector<std::string> &extras,
                                  const std::vector<std::string> &arguments) {
  std::string text = "not expected:";
  for (const std::string &extra : extras)
    text += " " + extra;
  for (const std::string &extra : extras)
    if (extra.ends_with(".json") && !extra.starts_with("-"))
      return text + " (data comes after --data)";
    else if (extra.starts_with("-"))
      return command ? text + suggestFlag(command, extra) : text;
  // `--disable a b`: b is no second name, and may have been taken for the model.
  for (size_t i = 0; i + 2 < arguments.size(); ++i)
    for (const char *flag : {"--disable", "--entry", "--include-path"})
      if (arguments[i] == flag && !arguments[i + 1].starts_with("-") && !arguments[i + 2].starts_with("-"))
        return text + " (" + flag + " takes one value, and can be repeated: " + flag + " " +
               arguments[i + 1] + " " + flag + " " + arguments[i + 2] + ")";
  return text;
}

std::string describeError(const CLI::App &app, const CLI::ParseError &error,
                          const std::vector<std::string> &arguments) {
  const CLI::App *command = app.get_subcommands().empty() ? nullptr : app.get_subcommands().front();
  std::string text = error.what();
  // "Could not convert: --quiet = maybe": values of options are checked before, so it is a flag.
  if (dynamic_cast<const CLI::ConversionError *>(&error) && text.find("--") != std::string::npos) {
    text.erase(0, text.find("--"));
    return text.substr(0, text.find_first_of(": ")) + ": takes no value";
  }
  // Messages begin with the name of the option that they are about.
  std::string name = text.substr(0, text.find_first_of(": "));
  const CLI::Option *option = nullptr;
  for (const CLI::Option *candidate : command ? command->get_options() : std::vector<const CLI::Option *>())
    if (candidate->get_name() == name || candidate->check_name(name))
      option = candidate;
  std::string example = "; for example: " + exampleOf(command);
  if (dynamic_cast<const CLI::ExtrasError *>(&error))
    return describeExtras(command, command ? command->remaining() : app.remaining(), arguments);
  if (dynamic_cast<const CLI::RequiredError *>(&error)) {
    if (!command)
      return "no command is given" + example;
    if (name.starts_with("-"))
      return name + " is missing" + example;
    return (name == "files" ? "no file of draws is given" : "no model is given") + example;
  }
  if (dynamic_cast<const CLI::ArgumentMismatch *>(&error) && option)
    return name + (option->count() > 1 ? " is given more than once" : " needs a value" + example);
  if (dynamic_cast<const CLI::ValidationError *>(&error) && option && !option->get_default_str().empty() &&
      name.starts_with("-"))
    return text + "; for example: " + name + "=" + option->get_default_str();
  return text;
}

} // namespace astragal::tool
