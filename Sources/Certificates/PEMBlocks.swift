import COpenSSL

/// What a file in PEM (RFC 7468) or DER holds.
enum PEMBlocks {
    /// The contents of every block, or the whole file where it has no block at all; `label` is the only kind of block that is taken.
    static func contents(of bytes: [UInt8], label: String, file: String) throws(CertificateError) -> [[UInt8]] {
        guard bytes.firstRange(of: Array("-----BEGIN ".utf8)) != nil else {
            guard bytes.first == 0x30 else { throw .trustFolder("\(file): neither PEM nor DER") }
            return [bytes]
        }
        defer { OpenSSLErrors.discard() }
        // A buffer that copies: one over memory of ours would outlive the pointer to it.
        guard let input = BIO_new(BIO_s_mem()) else { throw .cryptography(OpenSSLErrors.takeReason()) }
        defer { BIO_free(input) }
        guard BIO_write(input, bytes, Int32(clamping: bytes.count)) == bytes.count else { throw .cryptography(OpenSSLErrors.takeReason()) }
        var blocks: [[UInt8]] = []
        while let block = try next(in: input, file: file) {
            guard block.label == label else { throw .trustFolder("\(file): something else than \(label)") }
            blocks.append(block.contents)
        }
        guard !blocks.isEmpty else { throw .trustFolder("\(file): no \(label)") }
        return blocks
    }

    private static func next(in input: OpaquePointer, file: String) throws(CertificateError) -> (label: String, contents: [UInt8])? {
        var name, header: UnsafeMutablePointer<CChar>?
        var data: UnsafeMutablePointer<UInt8>?
        var count = 0
        OpenSSLErrors.discard()
        guard PEM_read_bio(input, &name, &header, &data, &count) == 1, let name, let data else {
            let isAtEnd = kazasu_is_no_pem_start(ERR_peek_last_error()) == 1
            guard isAtEnd else { throw .trustFolder("\(file): \(OpenSSLErrors.takeReason() ?? "not PEM")") }
            return nil
        }
        defer {
            kazasu_openssl_free(name)
            kazasu_openssl_free(header)
            kazasu_openssl_free(data)
        }
        return (String(cString: name), Array(UnsafeBufferPointer(start: data, count: max(0, count))))
    }
}
