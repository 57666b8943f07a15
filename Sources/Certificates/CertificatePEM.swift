import COpenSSL

extension Certificate {
    /// The certificate as text (RFC 7468), ending with a line feed; empty only where there is no memory.
    public var pem: String {
        defer { OpenSSLErrors.discard() }
        guard let memory = BIO_new(BIO_s_mem()) else { return "" }
        defer { BIO_free(memory) }
        guard PEM_write_bio_X509(memory, handle.pointer) == 1 else { return "" }
        var text = [UInt8](repeating: 0, count: Int(BIO_ctrl_pending(memory)))
        let count = BIO_read(memory, &text, Int32(clamping: text.count))
        return String(decoding: text.prefix(max(0, Int(count))), as: UTF8.self)
    }
}
