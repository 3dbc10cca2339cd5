package cli

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"math/big"
	"net"
	"os"
	"time"

	"github.com/spf13/pflag"
)

// tlsFlags ask for TLS: with a certificate of the user's, or with one signed by a CA that lives as long as the process.
type tlsFlags struct {
	cert, key string
	ca        string
	names     []string
}

func (f *tlsFlags) register(flags *pflag.FlagSet) {
	flags.StringVar(&f.cert, "tls-cert", "", "certificate file, PEM; with --tls-key")
	flags.StringVar(&f.key, "tls-key", "", "key file, PEM; with --tls-cert")
	flags.StringVar(&f.ca, "tls-ca", "", "serve TLS with a certificate of our own, and write its CA's certificate to this file")
	flags.StringSliceVar(&f.names, "tls-name", nil, "host name or address in our own certificate beside loopback's")
}

// tlsConfig is nil when no flag asks for TLS.
func (f *serveFlags) tlsConfig() (*tls.Config, error) {
	t := f.tls
	switch {
	case t.ca != "" && (t.cert != "" || t.key != ""):
		return nil, errors.New("--tls-ca makes a certificate of its own: leave --tls-cert and --tls-key out")
	case t.ca != "":
		return t.ownAuthority()
	case len(t.names) > 0:
		return nil, errors.New("--tls-name is for the certificate of our own: give --tls-ca, too")
	case t.cert == "" && t.key == "":
		return nil, nil //nolint:nilnil // no TLS is no error
	case t.cert == "" || t.key == "":
		return nil, errors.New("--tls-cert and --tls-key go together")
	}
	pair, err := tls.LoadX509KeyPair(t.cert, t.key)
	if err != nil {
		return nil, fmt.Errorf("--tls-cert, --tls-key: %w", err)
	}
	return secured(pair), nil
}

func secured(pair tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{pair}, MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
}

// certificateLife is longer than a test run and too short to be taken for anything else.
const certificateLife = 7 * 24 * time.Hour

// ownAuthority makes a CA, has it sign one certificate, forgets its key, and writes down how to trust it.
func (f tlsFlags) ownAuthority() (*tls.Config, error) {
	caKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	ca := certificate("Understudy, a mock: do not trust beyond a test")
	ca.IsCA, ca.BasicConstraintsValid, ca.KeyUsage = true, true, x509.KeyUsageCertSign
	caDER, err := x509.CreateCertificate(rand.Reader, ca, ca, caKey.Public(), caKey)
	if err != nil {
		return nil, err
	}
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	leafDER, err := x509.CreateCertificate(rand.Reader, f.leaf(), ca, key.Public(), caKey)
	if err != nil {
		return nil, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: caDER})
	if err := os.WriteFile(f.ca, text, 0o600); err != nil {
		return nil, fmt.Errorf("--tls-ca: %w", err)
	}
	return secured(tls.Certificate{Certificate: [][]byte{leafDER, caDER}, PrivateKey: key}), nil
}

func (f tlsFlags) leaf() *x509.Certificate {
	leaf := certificate("understudy")
	leaf.KeyUsage = x509.KeyUsageDigitalSignature
	leaf.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	for _, name := range append([]string{"localhost", "127.0.0.1", "::1"}, f.names...) {
		if ip := net.ParseIP(name); ip != nil {
			leaf.IPAddresses = append(leaf.IPAddresses, ip)
		} else {
			leaf.DNSNames = append(leaf.DNSNames, name)
		}
	}
	return leaf
}

func certificate(name string) *x509.Certificate {
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: name},
		NotBefore:    now.Add(-time.Hour),
		NotAfter:     now.Add(certificateLife),
	}
}
