import Cards

/// A certificate that the openssl program makes at test time under an authentication authority, to be wrong in one way.
struct Issuing {
    /// What a good authentication certificate has; each test changes one line.
    var extensions = [
        "keyUsage": "critical, digitalSignature",
        "extendedKeyUsage": "clientAuth",
        "certificatePolicies": "critical, \(SyntheticPKI.authenticationPolicy)",
        "authorityKeyIdentifier": "keyid:always",
        "subjectKeyIdentifier": "hash",
    ]
    /// The digest under the authority's signature.
    var digest = "sha256"
    /// What `openssl genpkey` is told about a new key; without it the key is hanako's.
    var key: [String]?
    /// What `openssl ca` is told about the signature.
    var signing: [String] = []
    /// The serial number in hexadecimal digits.
    var serial = "7E5700FF"
    /// Whether the certificate signs itself with its own key, an authority made up by somebody.
    var isSelfSigned = false
    var subject = "/C=JP/CN=KAZASUTEST0000000009A0001"
    /// Who issues it.
    var authority = Identity(SyntheticPKI.authenticationAuthority(.of2023))
    /// Its validity, as `openssl ca` takes it.
    var begin = "20250601000000Z"
    var end = "20300505145959Z"

    /// A certificate and its private key, both in DER.
    struct Identity {
        let certificate: [UInt8]
        let key: [UInt8]

        init(_ identity: SyntheticIdentity) { (certificate, key) = (identity.certificate, identity.key) }
        init(certificate: [UInt8], key: [UInt8]) { (self.certificate, self.key) = (certificate, key) }
    }

    /// A new authority, signed by itself, by default with a key on P-256.
    static func authority(
        _ subject: String = "/C=JP/O=SOMEBODY", key: [String] = ["-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:P-256"]
    ) throws -> Identity {
        var issuing = Issuing(key: key, isSelfSigned: true)
        issuing.subject = subject
        issuing.extensions = [
            "keyUsage": "critical, keyCertSign, cRLSign", "basicConstraints": "critical, CA:TRUE", "subjectKeyIdentifier": "hash",
        ]
        return try issuing.identity()
    }

    /// The certificate in DER.
    func certificate() throws -> [UInt8] { try identity().certificate }

    /// The certificate and its key.
    func identity() throws -> Identity {
        let openssl = OpenSSLProgram()
        try openssl.folder.write("authority.der", authority.certificate)
        try openssl.folder.write("authority.key.der", authority.key)
        try openssl.folder.write("index.txt", "")
        try openssl.folder.write("serial", serial + "\n")
        try openssl.folder.write("settings.cnf", configuration)
        try openssl.run(["x509", "-inform", "DER", "-in", "authority.der", "-out", "authority.pem"])
        try openssl.run(["pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-in", "authority.key.der", "-out", "authority.key.pem"])
        if let key {
            try openssl.run(["genpkey", "-out", "key.pem"] + key)
        } else {
            try openssl.folder.write("key.der", SyntheticHolder.hanako.authenticationKey)
            try openssl.run(["pkcs8", "-topk8", "-nocrypt", "-inform", "DER", "-in", "key.der", "-out", "key.pem"])
        }
        try openssl.run([
            "req", "-new", "-config", "settings.cnf", "-subj", subject, "-key", "key.pem", "-out", "request.pem",
        ])
        let issuer = isSelfSigned ? ["-selfsign", "-keyfile", "key.pem"] : ["-cert", "authority.pem", "-keyfile", "authority.key.pem"]
        try openssl.run(
            [
                "ca", "-batch", "-notext", "-config", "settings.cnf", "-extensions", "extensions", "-md", digest,
                "-startdate", begin, "-enddate", end, "-in", "request.pem", "-out", "certificate.pem",
            ] + issuer + signing)
        return Identity(
            certificate: try openssl.run(["x509", "-in", "certificate.pem", "-outform", "DER"]),
            key: try openssl.run(["pkcs8", "-topk8", "-nocrypt", "-in", "key.pem", "-outform", "DER"]))
    }

    private var configuration: String {
        """
        [req]
        distinguished_name = subject
        [subject]
        [ca]
        default_ca = authority
        [authority]
        database = index.txt
        serial = serial
        new_certs_dir = .
        policy = any_name
        preserve = yes
        [any_name]
        countryName = optional
        organizationName = optional
        organizationalUnitName = optional
        commonName = optional
        [name]
        C = JP
        [extensions]
        \(extensions.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: "\n"))
        """
    }
}
