// A guest orders two dishes, of which one is not on the menu.
#include "interface.h"

#include <utility>

namespace solution {

void scenario() {
  snag::promise<int> soup_promise;
  snag::promise<int> caviar_promise;
  snag::name(soup_promise, "soup");
  snag::name(caviar_promise, "caviar");
  snag::future<int> soup = soup_promise.get_future();
  snag::future<int> caviar = caviar_promise.get_future();
  snag::thread one(serve, std::move(soup_promise), 3);
  snag::thread other(serve, std::move(caviar_promise), 10);
  snag::check(soup.get() == 30, "what is on the menu is served");
  bool refused = false;
  try {
    caviar.get();
  } catch (const NotOnTheMenu&) { refused = true; }
  snag::check(refused, "what is not on the menu is refused");
  one.join();
  other.join();
}

}  // namespace solution
