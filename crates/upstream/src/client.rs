//! Builds the HTTP client out of settings.

use std::time::Duration;

use reqwest::{Certificate, Client, ClientBuilder, NoProxy, Proxy, Url, redirect, retry};
use secrecy::ExposeSecret as _;

use crate::{ProxyChoice, SettingsError};

/// What models and downloads have in common.
pub(crate) struct Connecting<'a> {
    pub(crate) connect: Duration,
    pub(crate) private_ca_pem: Option<&'a [u8]>,
    pub(crate) proxy: &'a ProxyChoice,
    pub(crate) pool_idle: Duration,
    pub(crate) user_agent: &'a str,
}

impl Connecting<'_> {
    pub(crate) fn client(&self) -> Result<Client, SettingsError> {
        let mut builder = Client::builder()
            .connect_timeout(self.connect)
            .pool_idle_timeout(self.pool_idle)
            .user_agent(self.user_agent)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false)
            .tcp_nodelay(true)
            // A peer that vanished without a word shows within a minute, whatever the idle time-out is.
            .http2_keep_alive_interval(Duration::from_secs(30))
            .http2_keep_alive_timeout(Duration::from_secs(20));
        builder = with_proxy(builder, self.proxy)?;
        if let Some(pem) = self.private_ca_pem {
            builder = builder.tls_certs_merge(certificates(pem)?);
        }
        builder.build().map_err(|_| SettingsError::Client)
    }
}

fn with_proxy(
    builder: ClientBuilder,
    choice: &ProxyChoice,
) -> Result<ClientBuilder, SettingsError> {
    Ok(match choice {
        ProxyChoice::System => builder,
        ProxyChoice::Direct => builder.no_proxy(),
        ProxyChoice::Explicit { url, except } => {
            let proxy = Proxy::all(url.expose_secret()).map_err(|_| SettingsError::Proxy)?;
            let except = except.as_deref().and_then(NoProxy::from_string);
            builder.no_proxy().proxy(proxy.no_proxy(except))
        }
    })
}

fn certificates(pem: &[u8]) -> Result<Vec<Certificate>, SettingsError> {
    let certificates =
        Certificate::from_pem_bundle(pem).map_err(|_| SettingsError::Certificates)?;
    if certificates.is_empty() { Err(SettingsError::Certificates) } else { Ok(certificates) }
}

/// The root of an API, checked, with a path that ends in `/`.
pub(crate) fn base_url(text: &str) -> Result<Url, SettingsError> {
    let mut url = Url::parse(text.trim()).map_err(|_| SettingsError::BaseUrl("cannot be read"))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(SettingsError::BaseUrl("is neither http nor https"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(SettingsError::BaseUrl("holds a user name or a password"));
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err(SettingsError::BaseUrl("holds a query or a fragment"));
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expect: Result<&str, SettingsError>) {
        assert_eq!(base_url(text).map(String::from), expect.map(str::to_owned), "{text}");
    }

    #[test]
    fn base_urls() {
        check("https://models.example/v1", Ok("https://models.example/v1/"));
        check("http://127.0.0.1:8000/v1/", Ok("http://127.0.0.1:8000/v1/"));
        check(" https://models.example ", Ok("https://models.example/"));
        check("models.example/v1", Err(SettingsError::BaseUrl("cannot be read")));
        check("ftp://models.example", Err(SettingsError::BaseUrl("is neither http nor https")));
        let credential = Err(SettingsError::BaseUrl("holds a user name or a password"));
        check("https://someone@models.example/v1", credential);
        check("https://:word@models.example/v1", credential);
        let query = Err(SettingsError::BaseUrl("holds a query or a fragment"));
        check("https://models.example/v1?key=x", query);
        check("https://models.example/v1#key", query);
    }

    #[test]
    fn certificates_that_are_none() {
        for pem in [&b""[..], b"not a certificate", b"-----BEGIN CERTIFICATE-----\n!!\n"] {
            assert_eq!(certificates(pem).err(), Some(SettingsError::Certificates));
        }
    }
}
