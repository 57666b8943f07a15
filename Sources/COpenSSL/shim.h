// OpenSSL's libcrypto as Swift sees it; what is a macro there is an inline function here.
#pragma once
#include <openssl/asn1.h>
#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ocsp.h>
#include <openssl/param_build.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

// A selection of parts of a key, for EVP_PKEY_fromdata.
static const int kazasu_evp_pkey_public_key = EVP_PKEY_PUBLIC_KEY;

// Builder and parameters point to the names for as long as they live, which a string of Swift does not.
static inline int kazasu_push_rsa_numbers(OSSL_PARAM_BLD *builder, const BIGNUM *modulus, const BIGNUM *exponent) {
    return OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_N, modulus) == 1 &&
        OSSL_PARAM_BLD_push_BN(builder, OSSL_PKEY_PARAM_RSA_E, exponent) == 1;
}

// Whether an error says that there is no further block of PEM.
static inline int kazasu_is_no_pem_start(unsigned long error) {
    return ERR_GET_LIB(error) == ERR_LIB_PEM && ERR_GET_REASON(error) == PEM_R_NO_START_LINE;
}

static inline void kazasu_openssl_free(void *pointer) { OPENSSL_free(pointer); }
static inline int kazasu_stack_of_x509_push(STACK_OF(X509) *stack, X509 *certificate) { return sk_X509_push(stack, certificate); }
static inline STACK_OF(X509) *kazasu_stack_of_x509_new(void) { return sk_X509_new_null(); }
static inline void kazasu_stack_of_x509_free(STACK_OF(X509) *stack) { sk_X509_free(stack); }
static inline int kazasu_stack_of_x509_count(const STACK_OF(X509) *stack) { return sk_X509_num(stack); }
static inline X509 *kazasu_stack_of_x509_value(const STACK_OF(X509) *stack, int index) { return sk_X509_value(stack, index); }
