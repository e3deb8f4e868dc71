// A page that many read and one rewrites now and then.
#pragma once

#include <snag/snag.h>

#include <memory>

namespace solution {

/// The page. Readers may read together; who writes is alone.
class Page {
 public:
  virtual ~Page() = default;
  virtual int read() = 0;
  virtual void write(int text) = 0;
};

/// What a variant implements. Readers that keep coming must not keep the writer out.
std::unique_ptr<Page> make_page();

}  // namespace solution
