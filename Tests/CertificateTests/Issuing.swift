import Cards

/// A certificate that the openssl program makes at test time under the authentication authority of 2023, to be wrong in one way.
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

    /// The certificate in DER.
    func certificate() throws -> [UInt8] {
        let openssl = OpenSSLProgram()
        let authority = SyntheticPKI.authenticationAuthority(.of2023)
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
                "-startdate", "20250601000000Z", "-enddate", "20300505145959Z", "-in", "request.pem", "-out", "certificate.pem",
            ] + issuer + signing)
        return try openssl.run(["x509", "-in", "certificate.pem", "-outform", "DER"])
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
        [extensions]
        \(extensions.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: "\n"))
        """
    }
}
