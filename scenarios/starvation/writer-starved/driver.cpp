// Three readers look at the page three times each; one writer rewrites it once.
#include "interface.h"

#include <vector>

namespace solution {

void scenario() {
  auto page = make_page();
  std::vector<snag::thread> readers;
  for (int i = 0; i < 3; ++i)
    readers.emplace_back([&] {
      for (int look = 0; look < 3; ++look) {
        const int text = page->read();
        snag::check(text == 1 || text == 2, "a reader sees the old text or the new one");
      }
    });
  snag::thread writer([&] { page->write(2); });
  snag::name(writer, "writer");
  for (snag::thread& reader : readers) reader.join();
  writer.join();
  snag::check(page->read() == 2, "the new text is on the page");
}

}  // namespace solution
