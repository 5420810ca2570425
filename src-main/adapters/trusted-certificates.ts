import { readFileSync } from 'node:fs';
import tls, { type SecureContext } from 'node:tls';
import { certificatesIn } from '../engine/config/certificates-file.ts';

/**
 * Whom to trust: Node's own list and NODE_EXTRA_CA_CERTS, and these certificates (PEM) beside them. Undefined without
 * any, so that Node's own ways are kept as they are.
 */
export function trusting(pem: string | undefined): SecureContext | undefined {
  if (pem === undefined) return undefined;
  // A list takes the place of Node's own, so that one is given along.
  return tls.createSecureContext({ ca: [...nodeCertificates(), pem] });
}

function nodeCertificates(): readonly string[] {
  // Since Node 22.15; it knows NODE_EXTRA_CA_CERTS and the options that Node was started with.
  const { getCACertificates } = tls as { readonly getCACertificates?: (type: 'default') => readonly string[] };
  if (getCACertificates) return getCACertificates('default');
  return [...tls.rootCertificates, ...extraCertificates(process.env.NODE_EXTRA_CA_CERTS)];
}

function extraCertificates(file: string | undefined): readonly string[] {
  if (file === undefined || file === '') return [];
  try {
    const pem = certificatesIn(readFileSync(file, 'utf8'));
    return pem === undefined ? [] : [pem];
  } catch {
    // Node warned of it at its start, and goes on without.
    return [];
  }
}
