// What a crash or a stack overflow in a thread of the program under test comes to: finding, place and token,
// printed from an alternate stack, then exit 1. (Campaigns run in the same process for now.)
#pragma once

#include "harness/campaign/campaign.h"

#include <filesystem>
#include <string>

namespace snag {

/// Catches SIGSEGV, SIGBUS, SIGFPE, SIGILL and SIGABRT on an alternate stack, and exit() and quick_exit() inside an execution (nothing can catch _exit()). `command` is the program's name in
/// the replay line. Signals outside an execution have their usual effect.
void catch_crashes(const char* command);

/// The findings by which a crash is known.
inline constexpr const char* crash_finding = "crash";
inline constexpr const char* overflow_finding = "stack-overflow";
/// Whether an execution with this finding ends its process.
bool is_crash(const std::string& finding);

/// From now on crashes are remembered in this corpus, unless it knows them; an empty folder: nowhere.
void remember_crashes(const std::filesystem::path& folder, const CampaignOptions& options);

}  // namespace snag
