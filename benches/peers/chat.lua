-- One chat request of an ordinary size, with personal data in it, for wrk.
wrk.method = "POST"
wrk.headers["content-type"] = "application/json"
wrk.headers["authorization"] = "Bearer " .. (os.getenv("BENCH_KEY") or "none")
wrk.body = [[{"model":"]] .. (os.getenv("BENCH_MODEL") or "bench") .. [[","messages":[{"role":"system","content":"Tu es l'assistant d'une commune. Réponds en français, en une phrase."},{"role":"user","content":"Bonjour, je suis Zineb Oukacha, née le 03/11/1979, CIN DA48213. Les lampadaires de la rue 7 sont en panne depuis le 14 janvier ; mon téléphone est le 0662 18 45 09 et mon mail zineb.oukacha@example.ma. Pouvez-vous me dire où en est ma réclamation n° 2024/0187 ?"}],"temperature":0.2,"max_tokens":128}]]
done = function(summary, latency)
  io.write(string.format('{"requests":%d,"seconds":%.3f,"p50_us":%d,"p99_us":%d,"errors":%d}\n',
    summary.requests, summary.duration / 1e6, latency:percentile(50), latency:percentile(99),
    summary.errors.status + summary.errors.read + summary.errors.write + summary.errors.timeout + summary.errors.connect))
end
