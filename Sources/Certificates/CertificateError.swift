import Diagnosis

/// Bytes that should be a certificate are none, or OpenSSL could not do what was asked.
///
/// The cause holds OpenSSL's reason and offsets only: no name, no serial number, no byte of the certificate.
public struct CertificateError: DiagnosedError, Hashable {
    /// A stable name in lower case with hyphens.
    public let code: String
    /// What the person at the counter can act on.
    public let sentence: Sentence
    /// OpenSSL's reason string or an offset.
    public let cause: String?
    /// `.badData` where the bytes are at fault, `.internalFault` where the machine is.
    public let category: FailureCategory

    /// The bytes are not one certificate in DER (RFC 5280 clause 4.1).
    static func malformed(_ cause: String?) -> CertificateError {
        CertificateError(
            code: "certificate-malformed",
            sentence: Sentence(
                ja: "カードの電子証明書を読み取れません。置き直しても同じときは、ほかの方法で確認してください。",
                en: "The certificate on the card cannot be read. If placing it again does not help, use another way to confirm."),
            cause: cause, category: .badData)
    }

    /// A certificate that is to be a trust anchor cannot be one.
    static func unfitAnchor(_ cause: String) -> CertificateError {
        CertificateError(
            code: "trust-anchor-unfit",
            sentence: Sentence(
                ja: "認証局の証明書として使えないものが設定されています。設定を確認してください。",
                en: "A configured certificate cannot serve as one of an authority. Check the configuration."),
            cause: cause, category: .badData)
    }

    /// The folder of trust anchors, or a file in it, cannot be read or holds nothing of use.
    static func trustFolder(_ cause: String) -> CertificateError {
        CertificateError(
            code: "trust-folder-unusable",
            sentence: Sentence(
                ja: "認証局証明書のフォルダを使えません。フォルダとその中のファイルを確認してください。",
                en: "The folder of trust anchors cannot be used. Check the folder and the files in it."),
            cause: cause, category: .badData)
    }

    /// A file that should be a revocation list is none.
    static func malformedList(_ cause: String?) -> CertificateError {
        CertificateError(
            code: "revocation-list-malformed",
            sentence: Sentence(
                ja: "失効リストではありません。ファイルを確認してください。", en: "This is no revocation list; check the file."),
            cause: cause, category: .badData)
    }

    /// Bytes that should be a card-verifiable certificate (CV証明書) are none.
    static func malformedCV(_ cause: String) -> CertificateError {
        CertificateError(
            code: "cv-certificate-malformed",
            sentence: Sentence(
                ja: "カードの証明書(CV証明書)を読み取れません。置き直しても同じときは、ほかの方法で確認してください。",
                en: "The card-verifiable certificate cannot be read. If placing the card again does not help, use another way to confirm."),
            cause: cause, category: .badData)
    }

    /// A public key of a kind or size that is not accepted.
    static func unfitPublicKey(_ cause: String) -> CertificateError {
        CertificateError(
            code: "public-key-unfit",
            sentence: Sentence(
                ja: "この端末で扱えない公開鍵です。ソフトウェアの更新を確認してください。",
                en: "This terminal cannot handle the public key. Check for a software update."),
            cause: cause, category: .badData)
    }

    /// A challenge of the wrong length.
    static func challengeLength(_ count: Int) -> CertificateError {
        CertificateError(
            code: "challenge-length",
            sentence: Sentence(ja: "乱数の長さが正しくありません。", en: "The challenge has a wrong length."),
            cause: "\(count) bytes instead of \(Challenge.count)", category: .badData)
    }

    /// OpenSSL failed at something that does not depend on outside bytes (no memory, no entropy).
    static func cryptography(_ cause: String?) -> CertificateError {
        CertificateError(
            code: "cryptography-failed",
            sentence: Sentence(ja: "暗号処理に失敗しました。端末を再起動してください。", en: "A cryptographic operation failed. Restart this terminal."),
            cause: cause, category: .internalFault)
    }
}
