/// A synthetic holder of a card, who exists nowhere.
public struct SyntheticHolder: Sendable, Hashable, CustomStringConvertible {
    /// The name that selects the holder, such as `hanako`.
    public let name: String
    /// The 利用者証明用 (authentication) certificate and key.
    public let authentication: SyntheticIdentity
    /// The 署名用 (signature) certificate and key; `nil` for a holder under fifteen.
    public let signature: SyntheticIdentity?
    /// The generation of the authorities that issued both.
    public let generation: SyntheticGeneration
    /// What is printed on the card.
    public let card: CardHolder
    /// The keys of the card itself.
    public let keys: CardKeys

    /// The 利用者証明用 (authentication) certificate in DER.
    public var authenticationCertificate: [UInt8] { authentication.certificate }
    /// Its private key as PKCS #8 in DER.
    public var authenticationKey: [UInt8] { authentication.key }
    /// The 署名用 (signature) certificate in DER; empty where the holder has none.
    public var signatureCertificate: [UInt8] { signature?.certificate ?? [] }
    /// Its private key as PKCS #8 in DER; empty where the holder has none.
    public var signatureKey: [UInt8] { signature?.key ?? [] }
    /// The certificate (DER) of the authority that issued the authentication certificate.
    public var authenticationAuthority: [UInt8] { SyntheticPKI.authenticationAuthority(generation).certificate }
    /// The certificate (DER) of the authority that issued the signature certificate.
    public var signatureAuthority: [UInt8] { SyntheticPKI.signatureAuthority(generation).certificate }

    /// Under the 2023 generation, valid from 2025-06-01 to 2030-05-05.
    public static let hanako = SyntheticHolder(
        name: "hanako",
        authentication: SyntheticIdentity(PackageResources.hanako_authentication_der, PackageResources.hanako_authentication_key_der),
        signature: SyntheticIdentity(PackageResources.hanako_signature_der, PackageResources.hanako_signature_key_der),
        generation: .of2023,
        card: CardHolder(
            name: "試験　花子", address: "試験県試験市試験町一丁目１番１号", birth: CardDay(1990, 5, 5), sex: .female, serial: "990431275860117",
            expiry: CardDay(2035, 5, 5), securityCode: "4271",
            pictures: CardPictures(
                photo: PackageResources.hanako_photo_jp2, name: PackageResources.hanako_name_png,
                address: PackageResources.hanako_address_png, securityCode: PackageResources.hanako_code_png,
                number: PackageResources.hanako_number_png)),
        keys: CardKeys([
            .text: PackageResources.hanako_text_key_der, .surface: PackageResources.hanako_surface_key_der,
            .common: PackageResources.hanako_common_key_der, .messaging: PackageResources.hanako_messaging_key_der,
        ]))
    /// Under the 2019 generation, valid from 2023-12-01 to 2028-11-20.
    public static let taro = SyntheticHolder(
        name: "taro",
        authentication: SyntheticIdentity(PackageResources.taro_authentication_der, PackageResources.taro_authentication_key_der),
        signature: SyntheticIdentity(PackageResources.taro_signature_der, PackageResources.taro_signature_key_der),
        generation: .of2019,
        card: CardHolder(
            name: "試験　太郎", address: "試験県試験市試験町一丁目１番２号", birth: CardDay(1953, 11, 20), sex: .male, serial: "990518643902725",
            expiry: CardDay(2033, 11, 20), securityCode: "8035",
            pictures: CardPictures(
                photo: PackageResources.taro_photo_jp2, name: PackageResources.taro_name_png, address: PackageResources.taro_address_png,
                securityCode: PackageResources.taro_code_png, number: PackageResources.taro_number_png)),
        keys: CardKeys([
            .text: PackageResources.taro_text_key_der, .surface: PackageResources.taro_surface_key_der,
            .common: PackageResources.taro_common_key_der, .messaging: PackageResources.taro_messaging_key_der,
        ]))
    /// Under the 2015 generation, valid from 2019-06-01 to 2024-03-15; the card itself until 2029-03-15.
    public static let expired = SyntheticHolder(
        name: "expired",
        authentication: SyntheticIdentity(PackageResources.expired_authentication_der, PackageResources.expired_authentication_key_der),
        signature: SyntheticIdentity(PackageResources.expired_signature_der, PackageResources.expired_signature_key_der),
        generation: .of2015,
        card: CardHolder(
            name: "試験　期限切", address: "試験県試験市試験町一丁目１番３号", birth: CardDay(1979, 3, 15), sex: .male, serial: "990627195048336",
            expiry: CardDay(2029, 3, 15), securityCode: "1569",
            pictures: CardPictures(
                photo: PackageResources.expired_photo_jp2, name: PackageResources.expired_name_png,
                address: PackageResources.expired_address_png, securityCode: PackageResources.expired_code_png,
                number: PackageResources.expired_number_png)),
        keys: CardKeys([
            .text: PackageResources.expired_text_key_der, .surface: PackageResources.expired_surface_key_der,
            .common: PackageResources.expired_common_key_der, .messaging: PackageResources.expired_messaging_key_der,
        ]))
    /// Ten years old in 2026 and without a signature certificate: under the 2023 generation, valid from 2024-08-01 to 2029-07-08.
    public static let child = SyntheticHolder(
        name: "child",
        authentication: SyntheticIdentity(PackageResources.child_authentication_der, PackageResources.child_authentication_key_der),
        signature: nil, generation: .of2023,
        card: CardHolder(
            name: "試験　児童", address: "試験県試験市試験町一丁目１番４号", birth: CardDay(2016, 7, 8), sex: .male, serial: "990736820415944",
            expiry: CardDay(2029, 7, 8), securityCode: "6904",
            pictures: CardPictures(
                photo: PackageResources.child_photo_jp2, name: PackageResources.child_name_png,
                address: PackageResources.child_address_png, securityCode: PackageResources.child_code_png,
                number: PackageResources.child_number_png)),
        keys: CardKeys([
            .text: PackageResources.child_text_key_der, .surface: PackageResources.child_surface_key_der,
            .common: PackageResources.child_common_key_der, .messaging: PackageResources.child_messaging_key_der,
        ]))
    /// Under the 2019 generation, valid from 2022-01-15 to 2027-01-10; the card itself until 2032-01-10.
    public static let expiring = SyntheticHolder(
        name: "expiring",
        authentication: SyntheticIdentity(PackageResources.expiring_authentication_der, PackageResources.expiring_authentication_key_der),
        signature: SyntheticIdentity(PackageResources.expiring_signature_der, PackageResources.expiring_signature_key_der),
        generation: .of2019,
        card: CardHolder(
            name: "試験　更新", address: "試験県試験市試験町一丁目１番５号", birth: CardDay(1985, 1, 10), sex: .female, serial: "990845301976552",
            expiry: CardDay(2032, 1, 10), securityCode: "3718",
            pictures: CardPictures(
                photo: PackageResources.expiring_photo_jp2, name: PackageResources.expiring_name_png,
                address: PackageResources.expiring_address_png, securityCode: PackageResources.expiring_code_png,
                number: PackageResources.expiring_number_png)),
        keys: CardKeys([
            .text: PackageResources.expiring_text_key_der, .surface: PackageResources.expiring_surface_key_der,
            .common: PackageResources.expiring_common_key_der, .messaging: PackageResources.expiring_messaging_key_der,
        ]))

    /// The name.
    public var description: String { name }

    /// The grown-ups with both certificates, each of another generation; `child` and `expiring` come with their own kinds of card.
    public static let all: [SyntheticHolder] = [.hanako, .taro, .expired]
}
