import type * as oauth from 'oauth4webapi';
import { ClientSecretPost, None, PrivateKeyJwt } from 'oauth4webapi';
import type { ClientRegistration } from '../model/token-set.ts';
import { importSigningKey } from './signing-key.ts';

/** RFC 6749 appendix B: form encoding, which leaves `-`, `.` and `_` alone. */
function formEncode(value: string): string {
  return new URLSearchParams([['', value]]).toString().slice(1);
}

/**
 * How the client proves itself at the token, revocation and registration endpoints.
 *
 * `client_secret_basic` is ours: the library also encodes `-`, `.` and `_`, and servers that compare without decoding
 * then refuse every identifier that is a UUID.
 *
 * @see RFC 6749 section 2.3.1, RFC 7523 section 2.2
 */
export function clientAuthentication(client: ClientRegistration): oauth.ClientAuth {
  const { clientSecret: secret, privateKey, privateKeyId: kid } = client;
  if (privateKey && client.tokenEndpointAuthMethod === 'private_key_jwt') {
    return async (server, { client_id }, body, headers) => {
      const key = await importSigningKey(privateKey);
      await PrivateKeyJwt(kid === undefined ? key : { key, kid })(server, { client_id }, body, headers);
    };
  }
  if (!secret) return None();
  switch (client.tokenEndpointAuthMethod) {
    case 'client_secret_post':
      return ClientSecretPost(secret.reveal());
    case 'client_secret_basic':
      return (_server, { client_id }, _body, headers) => {
        const credentials = `${formEncode(client_id)}:${formEncode(secret.reveal())}`;
        headers.set('authorization', `Basic ${btoa(credentials)}`);
      };
    default:
      return None();
  }
}
