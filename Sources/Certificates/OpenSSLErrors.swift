import COpenSSL

/// The error queue that OpenSSL keeps for each thread.
///
/// Whatever calls OpenSSL leaves the queue empty, so that nobody reads the error of somebody else.
enum OpenSSLErrors {
    /// Throws away what is queued.
    static func discard() {
        ERR_clear_error()
    }

    /// The reason of the oldest queued error, a fixed text of OpenSSL without any data; empties the queue.
    static func takeReason() -> String? {
        defer { ERR_clear_error() }
        guard let text = ERR_reason_error_string(ERR_peek_error()) else { return nil }
        return String(cString: text)
    }
}
