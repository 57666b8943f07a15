/// The files of a card that are computed from its holder's data (the layouts were measured by a public open-source project).
public enum CardRecord: Sendable, Hashable {
    /// The number of nobody: `FF10`, 12 digits.
    case number
    /// 基本4情報: `FF20`, a table of offsets, name, address, birth, sex.
    case fourItems
    /// `FF30`: digests of the file with the number and of the one with the four items, and a signature of the issuer.
    /// The digest of the number covers the filler behind it, as it is stored.
    case integrity(numberFiller: Int)
    /// `FF40`: what the text application is.
    /// Its second byte says whether the card takes extended length fields.
    case textInformation(extendedLength: Bool)
    /// `A1`: the public key to which a terminal encrypts a session key.
    case messagingKey
    /// `FF50`: the public half of the text application's key, signed by the issuer.
    case textKey
    /// `FF10`: birth, the card's public key, a signature of the issuer.
    case age
    /// `FF20`: the face of the card (券面) with the photo.
    case face
    /// `FF30`: what the surface application is.
    case surfaceInformation
    /// `FF40`: the picture of the number.
    case numberPicture
    /// A simple-TLV record: serial, municipality and expiry, 28 digits.
    case serial
    /// The serial alone, 15 digits.
    case serialNumber
    /// The municipality alone, 5 digits.
    case municipality
    /// The expiry alone, 8 digits.
    case expiry
}

extension CardContents.Personal {
    /// The bytes of a record without filler. Where OpenSSL does not read a key of the card the place of its public half is empty.
    func bytes(of record: CardRecord) -> [UInt8] {
        switch record {
        case .number: number
        case .fourItems: withOffsets(0xFF20, table: 0xDF21, fourItems)
        case .integrity(let filler): integrity(numberFile: number + repeatElement(0xFF, count: max(0, filler)))
        case .textInformation(let extendedLength): textInformation(extendedLength: extendedLength)
        case .messagingKey: tlv(0xA1, publicKey(.messaging))
        case .textKey: signed(0xFF50, [(0xDF51, publicKey(.text))], by: .text, signature: 0xDF52)
        case .age:
            signed(0xFF10, [(0xDF11, ascii(holder.birth.digits)), (0xDF12, publicKey(.surface))], by: .surface, signature: 0xDF13)
        case .face: withOffsets(0xFF20, table: 0xDF21, face)
        case .surfaceInformation: surfaceInformation
        case .numberPicture:
            signed(0xFF40, [(0xDF41, holder.pictures.number), (0xDF42, publicKey(.surface))], by: .surface, signature: 0xDF43)
        case .serial: [0x01, 0x1C] + ascii(holder.serial + holder.municipality + holder.expiry.digits)
        case .serialNumber: ascii(holder.serial)
        case .municipality: ascii(holder.municipality)
        case .expiry: ascii(holder.expiry.digits)
        }
    }

    // MARK: Text application

    private var number: [UInt8] { tlv(0xFF10, holder.wrongNumber.digits) }

    private var fourItems: [DataObject] {
        [
            (0xDF22, ascii(holder.name)), (0xDF23, ascii(holder.address)), (0xDF24, ascii(holder.birth.digits)),
            (0xDF25, ascii(holder.sex.rawValue)),
        ]
    }

    /// One digest covers the file with the number as it is stored, filler included; the other the four items without their table.
    private func integrity(numberFile: [UInt8]) -> [UInt8] {
        signed(
            0xFF30, [(0xDF31, digest(numberFile)), (0xDF32, digest(joined(fourItems)))],
            by: .text, signature: 0xDF33)
    }

    /// The fourth object is 32 bytes of unknown use and `FF`; here a digest of the serial. `03` was seen in the second byte of
    /// the first; that a card without extended length says `00` is assumed, too.
    private func textInformation(extendedLength: Bool) -> [UInt8] {
        tlv(
            0xFF40,
            joined([
                (0xDF41, [0x01, extendedLength ? 0x03 : 0x00, 0x0E, 0x01]), (0xDF42, SyntheticPKI.keyIdentifier("6000034")),
                (0xDF43, digest(ascii(holder.serial)) + [UInt8](repeating: 0xFF, count: 96)),
            ]))
    }

    // MARK: Surface application

    /// The signature covers three digests: of birth, sex and key, of the two pictures of text, and of the photo. What follows it is not
    /// signed.
    private var face: [DataObject] {
        let pictures = holder.pictures
        let data: [DataObject] = [
            (0xDF22, ascii(holder.birth.digits)), (0xDF23, ascii(holder.sex.rawValue)), (0xDF24, publicKey(.surface)),
        ]
        let text: [DataObject] = [(0xDF25, pictures.name), (0xDF26, pictures.address)]
        let photo: [DataObject] = [(0xDF27, pictures.photo)]
        let digests = digest(joined(data)) + digest(joined(text)) + digest(joined(photo))
        return data + text + photo + [
            (0xDF28, SyntheticPKI.sign(threeDigests: digests)), (0xDF29, ascii(holder.expiry.digits)), (0xDF2A, pictures.securityCode),
        ]
    }

    /// The last object is opaque on the real card; here digests of the serial, which say nothing (assumed).
    private var surfaceInformation: [UInt8] {
        var opaque: [UInt8] = []
        for round in UInt8(0)..<8 { opaque += digest(ascii(holder.serial) + [round]) }
        let key = SyntheticPKI.keyIdentifier("6000024")
        return tlv(
            0xFF30,
            joined([
                (0xDF31, [0x06, 0x03, 0x0E, 0x01]), (0xDF32, key), (0xDF33, [0x01]), (0xDF34, ascii(holder.municipality)),
                (0xDF35, key + opaque),
            ]))
    }

    // MARK: Forms

    private func publicKey(_ key: CardKey) -> [UInt8] {
        keys[key].flatMap(SigningKey.init(pkcs8:)).flatMap(\.cardVerifiablePublicKey) ?? []
    }

    /// Objects and after them the issuer's signature over their bytes.
    private func signed(_ tag: UInt16, _ objects: [DataObject], by issuer: SyntheticPKI.CardIssuer, signature: UInt16) -> [UInt8] {
        let body = joined(objects)
        return tlv(tag, body + tlv(signature, SyntheticPKI.sign(body, by: issuer)))
    }
}

/// A data object: two bytes of tag (or one, below 256), and its value.
typealias DataObject = (tag: UInt16, value: [UInt8])

/// BER-TLV (ISO/IEC 7816-4, BER-TLV data objects) with the shortest length field, for values up to 65,535 bytes.
func tlv(_ tag: UInt16, _ value: [UInt8]) -> [UInt8] {
    var bytes = tag > 0xFF ? [UInt8(tag >> 8)] : []
    bytes.append(UInt8(truncatingIfNeeded: tag))
    switch value.count {
    case ..<0x80: break
    case ..<0x100: bytes.append(0x81)
    default: bytes += [0x82, UInt8(truncatingIfNeeded: value.count >> 8)]
    }
    bytes.append(UInt8(truncatingIfNeeded: value.count))
    return bytes + value
}

/// Data objects one after the other.
private func joined(_ objects: [DataObject]) -> [UInt8] { objects.flatMap { tlv($0.tag, $0.value) } }

/// Data objects behind a table with the position of each, two bytes big endian, counted from the first byte of the file.
private func withOffsets(_ tag: UInt16, table: UInt16, _ objects: [DataObject]) -> [UInt8] {
    let bodies = objects.map { tlv($0.tag, $0.value) }
    let tableLength = tlv(table, [UInt8](repeating: 0, count: 2 * objects.count)).count
    let length = tableLength + bodies.reduce(0) { $0 + $1.count }
    var position = tlv(tag, [UInt8](repeating: 0, count: length)).count - length + tableLength
    var offsets: [UInt8] = []
    for body in bodies {
        offsets += [UInt8(truncatingIfNeeded: position >> 8), UInt8(truncatingIfNeeded: position)]
        position += body.count
    }
    return tlv(tag, tlv(table, offsets) + bodies.flatMap { $0 })
}

private func ascii(_ text: String) -> [UInt8] { Array(text.utf8) }
