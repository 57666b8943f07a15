/// The synthetic key infrastructure of the simulated cards: two authorities in three generations.
///
/// Nothing here is real and nothing may be trusted: the private keys are published with the package. `make-fixtures` beside
/// this file makes all of it.
public enum SyntheticPKI {
    /// The object identifier under which everything of ours hangs: `2.25` and a UUID (Rec. ITU-T X.667 clause 7).
    public static let arc = "2.25.306836833389635869191503535950259735963"
    /// The policy of a synthetic 利用者証明用 (authentication) certificate, in the place of 1.2.392.200149.8.5.1.3.30.
    public static let authenticationPolicy = arc + ".30"
    /// The policy of a synthetic 署名用 (signature) certificate, in the place of 1.2.392.200149.8.5.1.1.20.
    public static let signaturePolicy = arc + ".20"

    /// The authority of a generation for 利用者証明用 (authentication) certificates.
    public static func authenticationAuthority(_ generation: SyntheticGeneration) -> SyntheticIdentity {
        switch generation {
        case .of2015: SyntheticIdentity(PackageResources.authentication_ca_2015_der, PackageResources.authentication_ca_2015_key_der)
        case .of2019: SyntheticIdentity(PackageResources.authentication_ca_2019_der, PackageResources.authentication_ca_2019_key_der)
        case .of2023: SyntheticIdentity(PackageResources.authentication_ca_2023_der, PackageResources.authentication_ca_2023_key_der)
        }
    }

    /// The authority of a generation for 署名用 (signature) certificates.
    public static func signatureAuthority(_ generation: SyntheticGeneration) -> SyntheticIdentity {
        switch generation {
        case .of2015: SyntheticIdentity(PackageResources.signature_ca_2015_der, PackageResources.signature_ca_2015_key_der)
        case .of2019: SyntheticIdentity(PackageResources.signature_ca_2019_der, PackageResources.signature_ca_2019_key_der)
        case .of2023: SyntheticIdentity(PackageResources.signature_ca_2023_der, PackageResources.signature_ca_2023_key_der)
        }
    }

    /// The certificates (DER) of the authentication authority, oldest generation first.
    public static var authenticationAuthorities: [[UInt8]] {
        SyntheticGeneration.allCases.map { authenticationAuthority($0).certificate }
    }
    /// The certificates (DER) of the signature authority, oldest generation first.
    public static var signatureAuthorities: [[UInt8]] {
        SyntheticGeneration.allCases.map { signatureAuthority($0).certificate }
    }
}

/// A generation of the synthetic authorities, named by the year in which it begins.
public enum SyntheticGeneration: Sendable, Hashable, CaseIterable {
    /// 2015-10-20 to 2025-10-19.
    case of2015
    /// 2019-09-14 to 2029-09-14.
    case of2019
    /// 2023-07-16 to 2033-07-15.
    case of2023
}

/// A certificate and its published private key.
public struct SyntheticIdentity: Sendable, Hashable, CustomStringConvertible {
    /// The X.509 certificate in DER.
    public let certificate: [UInt8]
    /// The RSA private key as PKCS #8 in DER, not encrypted (RFC 5958).
    public let key: [UInt8]

    init(_ certificate: [UInt8], _ key: [UInt8]) {
        self.certificate = certificate
        self.key = key
    }

    /// How long the certificate is, in place of three thousand numbers.
    public var description: String { "synthetic certificate of \(certificate.count) bytes and its key" }
}
