#include "cluster/event.hpp"

namespace factorize::cluster {

std::string_view name(Event::Kind kind) {
    switch (kind) {
        case Event::Kind::register_worker:
            return "register_worker";
        case Event::Kind::factors_of:
            return "factors_of";
        case Event::Kind::dispatch_results:
            return "dispatch_results";
        case Event::Kind::worker_lost:
            return "worker_lost";
        case Event::Kind::reassign:
            return "reassign";
        case Event::Kind::task_failed:
            return "task_failed";
        case Event::Kind::worker_distrusted:
            return "worker_distrusted";
        case Event::Kind::block_abandoned:
            return "block_abandoned";
        case Event::Kind::unregister_worker:
            return "unregister_worker";
        case Event::Kind::stop:
            return "stop";
    }
    return "unknown";
}

}  // namespace factorize::cluster
