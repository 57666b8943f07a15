import Certificates
import Diagnosis
import ISO7816
import Station

/// Signatures of the card.
extension MyNumberCard {
    /// Signs with the authentication key; the PIN was verified before. One APDU.
    ///
    /// `digestInfo` is the DigestInfo of RFC 8017 clause 9.2, which the card only pads. Throws `.refused` where the PIN was not verified.
    public func sign(digestInfo: [UInt8]) throws(CardError) -> [UInt8] {
        try sign(digestInfo: digestInfo, with: .authentication)
    }

    /// Signs with any key; what opens it was verified before. One APDU.
    public func sign(digestInfo: [UInt8], with key: CardSigningKey) throws(CardError) -> [UInt8] {
        try sign(digestInfo, try entry(of: key), until: deadline)
    }

    /// Verifies what opens the key, and signs. Three APDUs, four with `.keep`; one fewer where the application is selected.
    public func sign(
        digestInfo: [UInt8], with key: CardSigningKey, secret: Secret, lastTry: LastTry = .keep
    ) throws(CardError) -> Guarded<[UInt8]> {
        let key = try entry(of: key)
        guard let reference = key.reference else { throw .notOnThisCard("a secret for this key") }
        let deadline = deadline
        return try opening(try entry(of: reference), with: secret, lastTry, until: deadline) { () throws(CardError) in
            try sign(digestInfo, key, until: deadline)
        }
    }

    /// How a key signs: what makes the DigestInfo of a message and checks the signature.
    public func signatureScheme(of key: CardSigningKey) throws(CardError) -> SignatureScheme {
        try entry(of: key).scheme
    }

    func sign(_ digestInfo: [UInt8], _ key: CardLayout.Key, until deadline: Instant) throws(CardError) -> [UInt8] {
        try enter(key.application, until: deadline)
        let header = CommandHeader.computeSignature(parameter: key.parameter)
        let status = try send(header, digestInfo, expected: 256, until: deadline)
        guard status.isSuccess else { throw .refused(status, command: "COMPUTE DIGITAL SIGNATURE") }
        return session.answer
    }
}
